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

test('a PD leader whose packets are late waits for its peers with each transaction, and complains of its clock; one slow follower is not waited for', async () => {
  const lab = await TestCluster.start();
  const [leader, sinceMs] = [leaderOf(lab), lab.now];
  await lab.controls.links.impair(leader, { delayMs: 200 });
  await lab.pass(60);
  expect([((await lab.query(transactions))[leader] ?? 0) > 0.1, ((await lab.query(fsync))[leader] ?? 1) < 0.05]).toEqual([true, true]);
  expect((await lab.log({ contains: 'clock offset', fromMs: sinceMs })).length).toBeGreaterThanOrEqual(11);
  expect(await lab.log({ contains: 'slow fdatasync', fromMs: sinceMs })).toEqual([]);
  expect(leaderOf(lab)).toBe(leader);
  await lab.controls.links.restore(leader);
  const healedMs = lab.now;
  await lab.controls.links.impair(leader === 'pd-1' ? 'pd-2' : 'pd-1', { delayMs: 200 });
  await lab.pass(60);
  expect([((await lab.query(transactions))[leader] ?? 1) < 0.1, await lab.log({ contains: 'clock offset', fromMs: healedMs })]).toEqual([true, []]);
});

test('a PD follower whose disk hung for a while does not claim that it had led', async () => {
  const lab = await TestCluster.start();
  const [follower, sinceMs] = [defined(lab.cluster.nodes().find(({ id, leads }) => id.startsWith('pd-') && !leads), 'a follower').id, lab.now];
  await lab.controls.stall.hang(follower);
  await lab.pass(10);
  await lab.controls.stall.release(follower);
  await lab.pass(10);
  for (const contains of ['changed leader from', 'became follower', 'with higher term']) expect(await lab.log({ contains, node: follower, fromMs: sinceMs })).toEqual([]);
});

describe('a PD leader whose disk hangs', () => {
  const members = async (lab: TestCluster) => (await lab.pd<{ leader?: { name: string }; etcd_leader?: { name: string } }>('/members')).body;
  const syncs = 'sum by (instance) (rate(etcd_disk_wal_fsync_duration_seconds_count[30s]))';

  async function hung(seconds: number) {
    const lab = await TestCluster.start();
    const [leader, sinceMs] = [leaderOf(lab), lab.now];
    await lab.controls.stall.hang(leader);
    await lab.pass(seconds);
    return { lab, leader, sinceMs };
  }

  test('lets its lease lapse, and another leads when that is gone', async () => {
    const { lab, leader, sinceMs } = await hung(8);
    expect(lab.cluster.nodes().some((node) => node.leads)).toBe(false);
    expect(await lab.log({ contains: 'lease keep alive failed', node: leader, fromMs: sinceMs })).toHaveLength(1);
    await lab.pass(12);
    const next = leaderOf(lab);
    expect(next).not.toBe(leader);
    expect((await members(lab)).etcd_leader?.name).toBe(next);
  });

  test('completes no sync and answers all the same: its page, and its health', async () => {
    const { lab, leader } = await hung(60);
    const rates = await lab.query(syncs);
    expect(Object.keys(rates).filter((node) => rates[node] === 0)).toEqual([leader]);
    expect((await lab.query('up{job="pd"}'))[leader]).toBe(1);
    const { body } = await lab.pd<{ name: string; health: boolean }[]>('/health');
    expect(body.every(({ health }) => health)).toBe(true);
    expect((await lab.pd('/stores', leader)).status).toBe(503);
    expect((await lab.query('histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[30s])))'))['tikv-1']).toBeLessThan(0.05);
  });

  test('hears of its successor when the disk is back, with one sync that took as long as that', async () => {
    const { lab, leader } = await hung(60);
    const sinceMs = lab.now;
    await lab.controls.stall.release(leader);
    await lab.pass(40);
    expect(leaderOf(lab)).not.toBe(leader);
    expect((await lab.log({ contains: 'slow fdatasync', node: leader, fromMs: sinceMs }))[0]?.raw).toMatch(/took=(1m0|5\d|6\d)/);
    expect(await lab.log({ contains: 'became follower at term', node: leader, fromMs: sinceMs })).toHaveLength(1);
    expect((await lab.query(syncs))[leader]).toBeGreaterThan(0.3);
    expect((await lab.pd('/stores', leader)).status).toBe(200);
  });

  test.each([1, 2, 3, 4, 5, 6, 8])('leads again or is followed by another after %s seconds, never nobody', async (seconds) => {
    const { lab, leader } = await hung(seconds);
    await lab.controls.stall.release(leader);
    await lab.pass(20);
    expect(lab.cluster.nodes().filter((node) => node.leads)).toHaveLength(1);
  });

  test('takes the quorum with it when a second one hangs, until one is back', async () => {
    const { lab, leader } = await hung(30);
    const next = leaderOf(lab);
    await lab.controls.stall.hang(next);
    await lab.pass(20);
    expect(lab.cluster.nodes().some((node) => node.leads)).toBe(false);
    await lab.controls.stall.release(leader);
    await lab.pass(20);
    expect(lab.cluster.nodes().filter((node) => node.leads).map(({ id }) => id)).not.toContain(next);
    expect(lab.cluster.nodes().some((node) => node.leads)).toBe(true);
  });
});
