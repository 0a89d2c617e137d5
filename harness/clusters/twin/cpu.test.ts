import { describe, expect, test } from 'vitest';
import type { ClusterSpec } from '../contract.ts';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const p99 = (family: string, matcher = '') => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${matcher}[30s])))`;

/** The load under which a real store was starved; with three times as much its probes wait as its requests do. */
const asRecorded: ClusterSpec = { ...smallSpec, load: { shape: 'mixed', ratePerSecond: 300, reads: 0.6, keys: 'zipfian', valueBytes: 1_024 } };

/** What a real store with a tenth of a core showed, in seconds; ratios of the model must lie within a factor of two. */
const measured = [
  ['gets', p99('tikv_grpc_msg_duration_seconds', '{type="raw_get"}'), 0.09],
  ['puts', p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}'), 0.19],
  ['appends', p99('tikv_raftstore_append_log_duration_seconds'), 0.09],
  ['proposals that wait', p99('tikv_raftstore_request_wait_time_duration_secs'), 0.11],
  ['entries that wait to be applied', p99('tikv_raftstore_apply_wait_time_duration_secs'), 0.089],
] as const;

const usedByStores = 'sum by (instance) (rate(tikv_thread_cpu_seconds_total[30s]))';
const usedByMembers = 'rate(process_cpu_seconds_total{job="pd"}[30s])';

/** How far one recorded store was from another under the same load. */
const likeRecorded = (cores: number | undefined, recorded: number): void => {
  expect(cores).toBeGreaterThan(0.85 * recorded);
  expect(cores).toBeLessThan(1.15 * recorded);
};

describe('what the processes use', () => {
  test('is what the recorded ones used: most of it by being woken, so that forty times the gets cost no more than twice as much again', async () => {
    const lab = await TestCluster.start(1, asRecorded);
    for (const cores of Object.values(await lab.query(usedByStores))) likeRecorded(cores, 0.185);
    const [leader, ...followers] = Object.values(await lab.query(usedByMembers)).sort((a, b) => b - a);
    likeRecorded(leader, 0.113);
    for (const cores of followers) likeRecorded(cores, 0.026);
    await lab.controls.load.set({ ...asRecorded.load, ratePerSecond: 12_500, reads: 0.99 });
    await lab.pass(40);
    likeRecorded((await lab.query(usedByStores))['tikv-2'], 0.525);
  });

  test('is nothing while one is paused, and its start besides when it was started again', async () => {
    const lab = await TestCluster.start(1, asRecorded);
    await lab.controls.process.pause('tikv-2');
    await lab.pass(60);
    await lab.controls.process.resume('tikv-2');
    await lab.pass(15);
    expect((await lab.query('increase(tikv_thread_cpu_seconds_total{name="store_writer_0"}[70s])'))['tikv-2'] ?? 0).toBeLessThan(1);
    await lab.controls.process.kill('tikv-3');
    await lab.pass(10);
    await lab.controls.process.start('tikv-3');
    await lab.pass(10);
    const seconds = (await lab.query('sum by (instance) (tikv_thread_cpu_seconds_total)'))['tikv-3'];
    expect(seconds).toBeGreaterThan(0.3);
    expect(seconds).toBeLessThan(1);
  });
});

describe('a store with a tenth of a core', () => {
  test('is late in everything by as much as a real one, and its peers in nothing', async () => {
    const lab = await TestCluster.start(1, asRecorded);
    const quiet = await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="raw_get"}'));
    await lab.controls.cpu.throttle('tikv-2', 0.1);
    await lab.pass(60);
    for (const [what, promql, seconds] of measured) {
      const now = await lab.query(promql);
      expect(now['tikv-2'], what).toBeGreaterThan(seconds / 2);
      expect(now['tikv-2'], what).toBeLessThan(seconds * 2);
    }
    expect((await lab.query(measured[0][1]))['tikv-1']).toBeLessThan(2 * (quiet['tikv-1'] as number));
    expect((await lab.query('scrape_duration_seconds{job="tikv"}'))['tikv-2']).toBeGreaterThan(0.65);
    expect((await lab.query('tikv_server_cpu_cores_quota'))['tikv-2']).toBe(0.1);
  });

  test('keeps its leaders, because its slow score stays low, and is as fast as before once the quota is gone', async () => {
    const lab = await TestCluster.start(2, asRecorded);
    await lab.controls.cpu.throttle('tikv-2', 0.1);
    await lab.pass(110);
    const { status } = await lab.store('tikv-2');
    expect([status.leader_count > 20, (status.slow_score ?? 0) < 80]).toEqual([true, true]);
    await lab.controls.cpu.restore('tikv-2');
    await lab.controls.cpu.restore('tikv-2');
    await lab.pass(40);
    expect((await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}')))['tikv-2']).toBeLessThan(0.03);
  });
});
