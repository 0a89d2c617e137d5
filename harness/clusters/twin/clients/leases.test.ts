import { expect, test } from 'vitest';
import { TestCluster } from '../cluster.fixture.ts';

const counter = (name: string) => `sum by (instance) (${name})`;
const served = counter('tikv_raftstore_local_read_executed_requests');
const withoutLease = counter('tikv_raftstore_local_read_reject_total{reason="lease_expire"}');
const notLeader = counter('tikv_storage_engine_async_request_total{status="err_not_leader"}');

/** By how much a counter of one store grows in so many seconds. */
async function growth(lab: TestCluster, promql: string, { node, seconds }: { readonly node: string; readonly seconds: number }): Promise<number> {
  const before = (await lab.query(promql))[node] as number;
  await lab.pass(seconds);
  return ((await lab.query(promql))[node] as number) - before;
}

test('a leader without a majority answers reads until its lease ends, and none after that', async () => {
  const lab = await TestCluster.start();
  await lab.pass(5);
  await lab.controls.process.kill('tikv-1');
  await lab.controls.process.kill('tikv-3');
  expect(await growth(lab, served, { node: 'tikv-2', seconds: 8 })).toBeGreaterThan(500);
  await lab.pass(6);
  expect(await growth(lab, served, { node: 'tikv-2', seconds: 15 })).toBe(0);
});

test('reads that waited for a new leader find it without a lease', async () => {
  const lab = await TestCluster.start();
  await lab.controls.process.kill('tikv-1');
  const found = await Promise.all(['tikv-2', 'tikv-3'].map((node) => lab.query(withoutLease).then((before) => ({ node, before: before[node] as number }))));
  await lab.pass(40);
  const after = await lab.query(withoutLease);
  // Recorded for 6000 requests that waited, most of them reads: 5,500 after a kill and 10,200 after a pause.
  const sum = found.reduce((total, { node, before }) => total + (after[node] as number) - before, 0);
  expect([sum > 1_000, sum < 6_000]).toEqual([true, true]);
});

test('clients go to the old leader once after it handed over, and learn of the new one', async () => {
  const lab = await TestCluster.start();
  const { leader_count: led } = (await lab.store('tikv-3')).status;
  await lab.controls.config.write(`schedulers/evict-leader-scheduler-${(await lab.store('tikv-3')).store.id}`, true);
  const turnedAway = await growth(lab, notLeader, { node: 'tikv-3', seconds: 30 });
  expect([turnedAway > led / 3, turnedAway <= led]).toEqual([true, true]);
  expect(await growth(lab, notLeader, { node: 'tikv-3', seconds: 30 })).toBeLessThan(3);
});
