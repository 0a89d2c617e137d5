import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const network = 'tikv_raftstore_slow_score{type="network"}';

test('a store that hangs is at 100 for its peers within two rounds of probes, and slowly forgiven', async () => {
  const lab = await TestCluster.start();
  expect(Object.values(await lab.query(network))).toEqual([1, 1, 1]);
  await lab.controls.process.pause('tikv-2');
  await lab.pass(12);
  // Of two peers one answers: recorded was 50.
  expect((await lab.query(network))['tikv-1']).toBe(50);
  await lab.controls.process.resume('tikv-2');
  await lab.pass(40);
  const later = (await lab.query(network))['tikv-1'] as number;
  expect([later >= 44, later <= 48]).toEqual([true, true]);
});

test('a store that is gone refuses, and no network is blamed for it', async () => {
  const lab = await TestCluster.start();
  await lab.controls.process.kill('tikv-2');
  await lab.pass(20);
  expect((await lab.query(network))['tikv-1']).toBe(1);
});
