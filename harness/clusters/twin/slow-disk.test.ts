import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const p99 = (family: string, matcher = '') => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${matcher}[30s])))`;
const appendP99 = p99('tikv_raftstore_append_log_duration_seconds');
const putP99 = p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}');

describe('a store with a slow disk', () => {
  test('shows it in append_log and the raft engine, not in the latency of puts, because two other disks are a majority', async () => {
    const lab = await TestCluster.start();
    const quiet = { append: await lab.query(appendP99), put: await lab.query(putP99) };
    await lab.controls.disk.slow('tikv-2', { addedLatencyMs: 300 });
    await lab.pass(27);
    const [append, sync, put] = [await lab.query(appendP99), await lab.query(p99('raft_engine_sync_log_duration_seconds')), await lab.query(putP99)];
    expect(append['tikv-2']).toBeGreaterThan(0.25);
    expect(sync['tikv-2']).toBeGreaterThan(0.25);
    expect(append['tikv-1']).toBeLessThan(2 * (quiet.append['tikv-1'] as number));
    expect(put['tikv-2']).toBeLessThan(2 * (quiet.put['tikv-2'] as number));
  });

  test('gets a slow score that doubles every three seconds to 100, then PD moves its leaders away and counts it as slow', async () => {
    const lab = await TestCluster.start();
    const slowedMs = lab.now;
    await lab.controls.disk.slow('tikv-2', { addedLatencyMs: 0, writesPerSecondMax: 12 });
    await lab.pass(12);
    const early = (await lab.query('tikv_raftstore_slow_score{type="raft"}'))['tikv-2'] as number;
    expect([2, 4, 8]).toContain(early);
    await lab.pass(33);
    const victim = await lab.store('tikv-2');
    expect([victim.status.slow_score, victim.status.leader_count]).toEqual([100, 0]);
    const detected = await lab.log({ contains: 'detected slow store, start to evict leaders', fromMs: slowedMs });
    expect(detected).toHaveLength(1);
    await lab.pass(12);
    expect(await lab.query('pd_cluster_status{type="store_slow_count"} == 1')).not.toEqual({});
  });

  test('makes PD ask the others to wake their regions when they report next, and each other where two are slow', async () => {
    const asked = async (slow: readonly string[]) => {
      const lab = await TestCluster.start();
      for (const node of slow) await lab.controls.disk.slow(node, { addedLatencyMs: 500 });
      await lab.pass(50);
      return (await lab.log({ contains: 'forcely awaken hibernated regions in this store' })).map(({ node }) => node).sort();
    };
    expect(await asked(['tikv-2'])).toEqual(['tikv-1', 'tikv-3']);
    expect(await asked(['tikv-1', 'tikv-2'])).toEqual(['tikv-1', 'tikv-2', 'tikv-3']);
  });

  test('keeps its leaders away after it is healed: the score falls by one per round, and half an hour must pass', async () => {
    const lab = await TestCluster.start();
    await lab.controls.disk.slow('tikv-2', { addedLatencyMs: 500 });
    await lab.pass(50);
    await lab.controls.disk.restore('tikv-2');
    await lab.pass(90);
    const { status } = await lab.store('tikv-2');
    expect(status.leader_count).toBe(0);
    expect(status.slow_score).toBeLessThan(80);
    expect(status.slow_score).toBeGreaterThan(60);
  });

  test('makes the probe beside the database slow too, and restoring twice is harmless', async () => {
    const lab = await TestCluster.start();
    const before = await lab.controls.disk.probeWriteMs('tikv-2');
    await lab.controls.disk.slow('tikv-2', { addedLatencyMs: 200 });
    expect(await lab.controls.disk.probeWriteMs('tikv-2')).toBeGreaterThan(before + 150);
    await lab.controls.disk.restore('tikv-2');
    await lab.controls.disk.restore('tikv-2');
    expect(await lab.controls.disk.probeWriteMs('tikv-2')).toBeLessThan(before * 2);
  });

  test('hurts everybody once a second disk is as slow: then no majority is fast', async () => {
    const lab = await TestCluster.start();
    for (const node of ['tikv-1', 'tikv-2']) await lab.controls.disk.slow(node, { addedLatencyMs: 45 });
    await lab.pass(40);
    for (const [node, seconds] of Object.entries(await lab.query(putP99))) expect(seconds, node).toBeGreaterThan(0.045);
    expect((await lab.query('max(tikv_raftstore_slow_score)'))['']).toBeLessThan(80);
  });
});

test('a disk that is late only now and then shows it in the tail, and a store that probes with 100 ms does not mind 80', async () => {
  const lab = await TestCluster.start();
  await lab.controls.grayDisk.slow('tikv-2', { addedLatencyMs: 80, share: 0.1 });
  await lab.pass(40);
  const median = 'histogram_quantile(0.5, sum by (instance, le) (rate(raft_engine_sync_log_duration_seconds_bucket[30s])))';
  expect((await lab.query(p99('raft_engine_sync_log_duration_seconds')))['tikv-2']).toBeGreaterThan(0.06);
  expect((await lab.query(median))['tikv-2']).toBeLessThan(0.005);
  expect((await lab.query('tikv_raftstore_slow_score{type="raft"}'))['tikv-2']).toBe(1);
  await lab.controls.grayDisk.restore('tikv-2');
  await lab.pass(40);
  expect((await lab.query(p99('raft_engine_sync_log_duration_seconds')))['tikv-2']).toBeLessThan(0.02);
});
