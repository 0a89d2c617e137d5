import { describe, expect, test } from 'vitest';
import { defined } from '../../../src/kernel/assert.ts';
import { TestCluster } from './cluster.fixture.ts';

const fsync = 'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[30s])))';
const transactions = 'histogram_quantile(0.5, sum by (instance, le) (rate(pd_txn_handle_txns_duration_seconds_bucket[30s])))';
const leaderOf = (lab: TestCluster) => defined(lab.cluster.nodes().find((node) => node.leads), 'a PD leader').id;

async function slowed(latencyMs: number, seconds: number) {
  const lab = await TestCluster.start();
  const [leader, sinceMs] = [leaderOf(lab), lab.now];
  await lab.controls.disk.slow(leader, { addedLatencyMs: latencyMs });
  await lab.pass(seconds);
  return { lab, leader, sinceMs };
}

describe('a PD leader whose disk is slow', () => {
  test('has late syncs and transactions and complains of its clock at each save, and no store is slower', async () => {
    const { lab, leader, sinceMs } = await slowed(600, 60);
    const [synced, took] = [await lab.query(fsync), await lab.query(transactions)];
    expect([synced[leader], took[leader]].every((seconds) => (seconds ?? 0) > 0.5)).toBe(true);
    for (const [node, seconds] of Object.entries(synced)) if (node !== leader) expect(seconds).toBeLessThan(0.05);
    const offsets = await lab.log({ contains: 'clock offset', fromMs: sinceMs });
    expect(new Set(offsets.map((line) => line.node))).toEqual(new Set([leader]));
    expect(offsets.length).toBeGreaterThanOrEqual(11);
    expect(leaderOf(lab)).toBe(leader);
    expect((await lab.query('histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[30s])))'))['tikv-1']).toBeLessThan(0.05);
  });

  test('loses its office to another when it cannot send its heartbeats within an election timeout', async () => {
    const { lab, leader, sinceMs } = await slowed(4_000, 40);
    expect(leaderOf(lab)).not.toBe(leader);
    expect(await lab.log({ contains: 'slow fdatasync', node: leader, fromMs: sinceMs })).not.toEqual([]);
    expect(await lab.log({ contains: 'leader failed to send out heartbeat on time', node: leader, fromMs: sinceMs })).not.toEqual([]);
  });
});
