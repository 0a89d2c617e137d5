import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const spec = (api: 'raw' | 'txn', settings = {}) => ({ ...smallSpec, settings, load: { ...smallSpec.load, ratePerSecond: 3_000, reads: 0.3, valueBytes: 4_096, api } });
const p99 = (metric: string, more = '') => `histogram_quantile(0.99, sum by (instance, le) (rate(${metric}_bucket${more}[30s])))`;
const level0 = 'tikv_engine_num_files_at_level{cf="default",level="0"}';
const limitOf = 'tikv/tikv-2/rocksdb.rate-bytes-per-sec';

/** Passes time until an expression holds for tikv-2, and answers how many seconds that took. */
async function until(lab: TestCluster, promql: string, holds: (value: number) => boolean, mostSeconds: number): Promise<number> {
  for (let passed = 5; passed <= mostSeconds; passed += 5) {
    await lab.pass(5);
    if (holds((await lab.query(promql))['tikv-2'] ?? NaN)) return passed;
  }
  return Infinity;
}

describe('a store whose compaction is held back', () => {
  test('lets files pile up for a minute or more before its transactions wait, and then its disk is as quick as ever', async () => {
    const lab = await TestCluster.start(3, spec('txn'));
    await lab.pass(30);
    await lab.controls.config.write(limitOf, '8MiB');
    const filling = await until(lab, level0, (files) => files > 12, 300);
    expect(filling).toBeGreaterThanOrEqual(30);
    expect((await lab.query('tikv_scheduler_throttle_flow'))['tikv-2']).toBe(0);
    expect(await until(lab, 'tikv_scheduler_throttle_flow', (flow) => flow > 0, 120)).toBeLessThan(120);
    await lab.pass(40);
    const puts = await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="kv_prewrite"}'));
    expect([puts['tikv-2']! > 5, puts['tikv-1']! < 0.1]).toEqual([true, true]);
    expect((await lab.query(p99('tikv_scheduler_throttle_duration_seconds')))['tikv-2']).toBeGreaterThan(5);
    expect((await lab.query(p99('raft_engine_sync_log_duration_seconds')))['tikv-2']).toBeLessThan(0.02);
    expect((await lab.query(p99('tikv_raftstore_apply_log_duration_seconds')))['tikv-2']).toBeLessThan(0.02);
    expect((await lab.query('tikv_engine_stall_micro_seconds{db="kv"}'))['tikv-2']).toBe(0);
    await lab.controls.config.write(limitOf, '10GiB');
    expect(await until(lab, level0, (files) => files <= 4, 180)).toBeLessThan(180);
    await lab.pass(40);
    expect((await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="kv_prewrite"}')))['tikv-2']).toBeLessThan(0.1);
  });

  test('holds raw commands back nowhere while flow control is on, however many files there are', async () => {
    const lab = await TestCluster.start(3, spec('raw'));
    await lab.controls.config.write(limitOf, '8MiB');
    await lab.pass(240);
    expect((await lab.query(level0))['tikv-2']).toBeGreaterThan(40);
    expect((await lab.query('tikv_scheduler_throttle_flow'))['tikv-2']).toBe(0);
    expect((await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="raw_put"}')))['tikv-2']).toBeLessThan(0.1);
  });

  test('stops applying where flow control is off: RocksDB says why, entries are committed and wait, and reads go on', async () => {
    const lab = await TestCluster.start(3, spec('raw', { 'storage.flow-control.enable': false }));
    await lab.pass(30);
    const changes = 'sum by (instance) (tikv_engine_event_total{type="stall_conditions_changed"})';
    expect((await lab.query(changes))['tikv-2']).toBeUndefined();
    await lab.controls.config.write(limitOf, '8MiB');
    expect(await until(lab, 'tikv_engine_write_stall_reason{type="level0_file_limit_stop"}', (count) => count > 0, 300)).toBeLessThan(300);
    await lab.pass(20);
    expect((await lab.query(changes))['tikv-2']).toBeGreaterThan(0);
    expect((await lab.query('rate(tikv_engine_stall_micro_seconds{db="kv"}[30s]) / 1e6'))['tikv-2']).toBeGreaterThan(0.2);
    expect((await lab.query(p99('tikv_raftstore_apply_wait_time_duration_secs')))['tikv-2']).toBeGreaterThan(1);
    expect((await lab.query(p99('tikv_raftstore_append_log_duration_seconds')))['tikv-2']).toBeLessThan(0.05);
    expect((await lab.query(p99('tikv_grpc_msg_duration_seconds', '{type="raw_get"}')))['tikv-2']).toBeLessThan(0.05);
    expect((await lab.query('tikv_scheduler_l0{cf="default"}'))['tikv-2']).toBe(0);
  });

  test('answers whom RocksDB held back once it lets go, though nobody writes any more, and calls none of that throttling', async () => {
    const lab = await TestCluster.start(3, spec('raw', { 'storage.flow-control.enable': false }));
    await lab.controls.config.write(limitOf, '8MiB');
    expect(await until(lab, 'tikv_engine_write_stall_reason{type="level0_file_limit_stop"}', (count) => count > 0, 300)).toBeLessThan(300);
    await lab.controls.load.set({ ...spec('raw').load, shape: 'idle' });
    await lab.pass(5);
    const [puts, long] = ['tikv_grpc_msg_duration_seconds_count{type="raw_put"}', 'tikv_grpc_msg_duration_seconds_sum{type="raw_put"}'];
    const before = [(await lab.query(puts))['tikv-2']!, (await lab.query(long))['tikv-2']!];
    await lab.controls.config.write(limitOf, '10GiB');
    await lab.pass(60);
    const answered = (await lab.query(puts))['tikv-2']! - before[0]!;
    expect(answered).toBeGreaterThan(100);
    expect(((await lab.query(long))['tikv-2']! - before[1]!) / answered).toBeGreaterThan(5);
    expect(await lab.query('tikv_scheduler_throttle_duration_seconds_count > 0')).toEqual({});
  });
});

test('a disk that somebody else fills leaves compaction behind, and transactions are throttled before the disk is full or anything fails', async () => {
  const lab = await TestCluster.start(3, spec('txn'));
  await lab.pass(30);
  await lab.controls.neighbour.move('tikv-2', { cores: 0, diskShare: 0.97 });
  expect(await until(lab, 'tikv_scheduler_throttle_flow', (flow) => flow > 0, 400)).toBeGreaterThan(60);
  expect((await lab.query(level0))['tikv-2']).toBeGreaterThanOrEqual(20);
  expect((await lab.query('up{job="tikv"}'))['tikv-2']).toBe(1);
  await lab.controls.neighbour.leave('tikv-2');
  expect(await until(lab, level0, (files) => files <= 4, 180)).toBeLessThan(180);
});

test('a setting that no store has is refused before anything is started, and so is a size of nothing', async () => {
  await expect(TestCluster.start(1, spec('raw', { 'storage.flow-control.enabled': false }))).rejects.toMatchObject({ failure: { code: 'LAB_TWIN_SPEC' } });
  await expect(TestCluster.start(1, spec('raw', { 'storage.flow-control.soft-pending-compaction-bytes-limit': '0B' }))).rejects.toMatchObject({ failure: { code: 'LAB_TWIN_SPEC' }, message: expect.stringContaining('takes a size above 0') });
});
