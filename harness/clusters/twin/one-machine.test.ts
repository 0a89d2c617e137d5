import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const machine = { cores: 2, othersCores: 0.3, syncMs: 0.14 };
const meanMs = (family: string) => `1000 * rate(${family}_sum[20s]) / rate(${family}_count[20s])`;
const syncs = [meanMs('raft_engine_sync_log_duration_seconds'), meanMs('etcd_disk_wal_fsync_duration_seconds')];
const quiet = { ...smallSpec.load, ratePerSecond: 300 };

describe('nodes that share one machine with their disks', () => {
  test('sync at once while it has cores to spare, and say nothing of it', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: quiet, machine });
    const sinceMs = lab.now;
    await lab.pass(40);
    for (const query of syncs) for (const ms of Object.values(await lab.query(query))) expect(ms).toBeLessThan(1);
    expect(await lab.log({ contains: 'clock offset', fromMs: sinceMs })).toEqual([]);
  });

  test('flush what is written as fast as it comes, also when it keeps all cores busy', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: quiet, machine });
    await lab.controls.load.set({ ...quiet, ratePerSecond: 2_000, reads: 0, valueBytes: 4_096, valuesPerWrite: 4 });
    await lab.pass(60);
    const [flushed, written] = await Promise.all(['flush_write_bytes', 'bytes_written'].map((type) => lab.query(`rate(tikv_engine_flow_bytes{db="kv",type="${type}"}[40s])`)));
    for (const [node, bytes] of Object.entries(written ?? {})) expect((flushed?.[node] ?? 0) / bytes, node).toBeGreaterThan(0.6);
  });

  test('wait for it when the stores are asked for too much: their logs, PD\'s, and whatever PD does by the clock', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: quiet, machine });
    const sinceMs = lab.now;
    await lab.controls.load.set({ ...quiet, ratePerSecond: 8_000, reads: 0, valueBytes: 4_096 });
    await lab.pass(40);
    for (const query of syncs) for (const ms of Object.values(await lab.query(query))) expect(ms).toBeGreaterThan(5);
    for (const contains of ['clock offset', 'linearizableReadLoop', 'apply request took too long']) {
      expect(await lab.log({ contains, fromMs: sinceMs }), contains).not.toEqual([]);
    }
  });
});
