import { expect, test } from 'vitest';
import { TestCluster } from '../../cluster.fixture.ts';

const rate = (series: string): string => `rate(${series}[60s])`;
const puts = 'tikv_grpc_msg_duration_seconds_count{type="raw_put"}';
const gets = 'tikv_grpc_msg_duration_seconds_count{type="raw_get"}';

/** What one of these costs of that, as the page tells. */
async function ratio(lab: TestCluster, of: string, per: string): Promise<number> {
  const answer = await lab.query(`sum(${rate(of)}) / sum(${rate(per)})`);
  return Object.values(answer)[0] as number;
}

test('whatever is counted per request is so at every load', async () => {
  const lab = await TestCluster.start();
  for (const factor of [1, 3]) {
    const { load } = lab.controls;
    await load.set({ ...load.initial(), ratePerSecond: load.initial().ratePerSecond * factor });
    await lab.pass(90);
    expect(await ratio(lab, 'tikv_raftstore_store_wf_before_write_duration_seconds_count', puts)).toBeCloseTo(1, 1);
    expect(await ratio(lab, 'tikv_yatp_pool_schedule_wait_duration_count{name="sched-worker-pool"}', puts)).toBeCloseTo(2, 1);
    expect(await ratio(lab, 'tikv_scheduler_kv_command_key_read_count{type="raw_get"}', gets)).toBeCloseTo(1, 1);
  }
});

test('threads share the CPU time of their process, and reads make the read pool work', async () => {
  const lab = await TestCluster.start();
  await lab.pass(90);
  expect(await ratio(lab, 'tikv_thread_cpu_seconds_total{job="tikv"}', 'process_cpu_seconds_total{job="tikv"}')).toBeCloseTo(1, 1);
  const pool = (lab: TestCluster) => ratio(lab, 'tikv_thread_cpu_seconds_total{name=~"unified_read_pool.*"}', 'process_cpu_seconds_total{job="tikv"}');
  const before = await pool(lab);
  const { load } = lab.controls;
  await load.set({ ...load.initial(), reads: 1 });
  await lab.pass(90);
  expect(await pool(lab)).toBeGreaterThan(1.5 * before);
});
