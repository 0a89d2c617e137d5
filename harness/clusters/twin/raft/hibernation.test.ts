import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const asleep = 'sum by (instance) (tikv_raftstore_hibernated_peer_state{state="hibernated"})';

test('regions without traffic wake when a store is lost, and sleep again when it is back', async () => {
  const lab = await TestCluster.start();
  const quiet = (await lab.query(asleep))['tikv-2'] as number;
  expect(quiet).toBeGreaterThan(3);
  await lab.controls.process.kill('tikv-1');
  await lab.pass(20);
  expect((await lab.query(asleep))['tikv-2']).toBe(0);
  await lab.controls.process.start('tikv-1');
  await lab.pass(90);
  expect((await lab.query(asleep))['tikv-2']).toBe(quiet);
});
