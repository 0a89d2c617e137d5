import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const asleep = 'sum by (instance) (tikv_raftstore_hibernated_peer_state{state="hibernated"})';
const all = 'sum by (instance) (tikv_raftstore_hibernated_peer_state)';
const idle = { kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 3 }, regions: 30, load: { shape: 'idle', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 1_024 } } as const;

test('regions without traffic wake when a store is lost, and sleep again when it is back', async () => {
  const lab = await TestCluster.start(1, idle);
  const ofStore = async (promql: string) => (await lab.query(promql))['tikv-2'] as number;
  expect(await ofStore(asleep)).toBe(30);
  await lab.controls.process.kill('tikv-1');
  await lab.pass(4);
  // All that lost their leader, and half of the others: their leaders are awake, and their followers from heartbeat to tick.
  expect(await ofStore(asleep)).toBeLessThan(15);
  await lab.controls.process.start('tikv-1');
  await lab.pass(90);
  expect(await ofStore(asleep)).toBe(await ofStore(all));
});
