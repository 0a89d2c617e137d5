import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../../cluster.fixture.ts';

const reading = 'avg_over_time(tikv_unified_read_pool_running_tasks{priority="medium"}[30s])';
const writing = 'avg_over_time(tikv_futurepool_pending_task_total{name="sched-worker-pool"}[30s])';
const running = 'avg_over_time(tikv_threads_state{state="R"}[30s])';

describe('what a scrape finds under way', () => {
  test('is a task now and then on a quiet store, and two threads or three', async () => {
    const lab = await TestCluster.start();
    await lab.pass(60);
    expect(Math.max(...Object.values(await lab.query(reading)), ...Object.values(await lab.query(writing)))).toBeLessThan(3);
    for (const threads of Object.values(await lab.query(running))) expect([threads > 1.3, threads < 6]).toEqual([true, true]);
    expect(new Set(Object.values(await lab.query('sum by (instance) (tikv_threads_state)')))).toEqual(new Set([128]));
  });

  test('is a heap of reads on the store of hot keys, and nothing of it on the others', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, reads: 0.95 } });
    await lab.controls.load.set({ ...smallSpec.load, reads: 0.95, ratePerSecond: 40_000, hot: { of: 'reads', at: 0.5, share: 0.95 } });
    await lab.pass(60);
    const [others, more, most] = Object.values(await lab.query(reading)).sort((a, b) => a - b);
    expect(most).toBeGreaterThan(20);
    expect([others, more].every((tasks) => (tasks ?? 0) < 10)).toBe(true);
    const threads = Object.values(await lab.query(running)).sort((a, b) => a - b);
    expect(threads[2]).toBeGreaterThan(2 * (threads[1] ?? 0));
  });

  test('is every put since its disk hung', async () => {
    const lab = await TestCluster.start();
    await lab.controls.stall.hang('tikv-2');
    await lab.pass(30);
    const tasks = await lab.query('tikv_futurepool_pending_task_total{name="sched-worker-pool"}');
    expect(tasks['tikv-2']).toBeGreaterThan(1_000);
    expect(tasks['tikv-1']).toBeLessThan(20);
  });
});

test('tasks of the read pool are counted in lots, and there are as many as gets', async () => {
  const lab = await TestCluster.start();
  await lab.pass(180);
  const [tasks, gets] = [await lab.query('rate(tikv_yatp_task_exec_duration_count{name="unified-read-pool"}[3m])'), await lab.query('rate(tikv_grpc_msg_duration_seconds_count{type="raw_get"}[3m])')];
  for (const store of ['tikv-1', 'tikv-2', 'tikv-3']) expect((tasks[store] as number) / (gets[store] as number)).toBeCloseTo(1, 1);
});

test('commands of transactions are counted by their keys and scans; raw puts and gets leave no trace there', async () => {
  const started = async (api: 'raw' | 'txn') => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: { ...smallSpec.load, api } });
    await lab.pass(60);
    return lab;
  };
  const moved = async (lab: TestCluster) =>
    Promise.all(['tikv_scheduler_kv_command_key_write_count', 'tikv_storage_check_mem_lock_duration_seconds_count', 'tikv_scheduler_kv_scan_details'].map(async (family) => Object.values(await lab.query(`sum(rate(${family}[1m]))`))[0]));
  const [keys, looks, scans] = await moved(await started('txn'));
  expect([keys, looks].map((rate) => Math.round((rate as number) / 100))).toEqual([4, 6]);
  expect((scans as number) / ((keys as number) + (looks as number))).toBeCloseTo(2, 1);
  expect(await moved(await started('raw'))).toEqual([0, 0, 0]);
});
