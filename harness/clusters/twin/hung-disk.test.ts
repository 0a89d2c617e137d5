import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const syncs = 'sum by (instance) (rate(raft_engine_sync_log_duration_seconds_count[15s]))';
const puts = 'sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type="raw_put"}[15s]))';
const gets = 'sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type="raw_get"}[15s]))';

async function hung(seconds: number): Promise<{ readonly lab: TestCluster; readonly sinceMs: number }> {
  const lab = await TestCluster.start();
  const sinceMs = lab.now;
  await lab.controls.stall.hang('tikv-2');
  await lab.pass(seconds);
  return { lab, sinceMs };
}

describe('a store whose disk hangs', () => {
  test('completes no sync and no put, and goes on serving reads and scrapes', async () => {
    const { lab } = await hung(30);
    const [synced, put, got, up] = [await lab.query(syncs), await lab.query(puts), await lab.query(gets), await lab.query('up')];
    expect([synced['tikv-2'], put['tikv-2'], up['tikv-2']]).toEqual([0, 0, 1]);
    expect(got['tikv-2']).toBeGreaterThan(50);
    expect(synced['tikv-1']).toBeGreaterThan(10);
    expect((await lab.query('tikv_threads_state{state="D"}'))['tikv-2']).toBe(1);
  });

  test('keeps its leaders: nobody misses them, and orders to hand them over wait behind the same log', async () => {
    const { lab, sinceMs } = await hung(120);
    const { status, store } = await lab.store('tikv-2');
    expect([store.state_name, status.slow_score, status.is_busy]).toEqual(['Up', 100, true]);
    expect(status.leader_count).toBeGreaterThan(20);
    expect(await lab.log({ contains: 'starting a new election', fromMs: sinceMs })).toEqual([]);
    expect(await lab.log({ contains: 'operator timeout', fromMs: sinceMs })).not.toEqual([]);
    expect(await lab.log({ contains: 'force report store slow score to pd', node: 'tikv-2', fromMs: sinceMs })).not.toEqual([]);
  });

  test('completes what waited when the disk is back, as one sync that took so long, and then loses its leaders as a slow store', async () => {
    const { lab, sinceMs } = await hung(60);
    await lab.controls.stall.release('tikv-2');
    await lab.pass(15);
    expect((await lab.query('max by (instance) (increase(raft_engine_sync_log_duration_seconds_sum[30s]))'))['tikv-2']).toBeGreaterThan(50);
    expect(await lab.log({ contains: 'async write too slow', node: 'tikv-2', fromMs: sinceMs })).toHaveLength(1);
    expect((await lab.query(syncs))['tikv-2']).toBeGreaterThan(0);
    await lab.pass(60);
    expect((await lab.store('tikv-2')).status.leader_count).toBe(0);
  });

  test('answers what waited after as long as it waited, and nothing else is late', async () => {
    const { lab } = await hung(10);
    await lab.controls.stall.release('tikv-2');
    await lab.pass(10);
    const p95 = 'histogram_quantile(0.95, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[20s])))';
    const took = await lab.query(p95);
    expect([(took['tikv-2'] as number) > 3, (took['tikv-2'] as number) < 12, (took['tikv-1'] as number) < 0.05]).toEqual([true, true, true]);
  });

  test('is not cured by a restart onto the same volume', async () => {
    const { lab } = await hung(10);
    lab.controls.process.kill('tikv-2');
    await lab.controls.process.start('tikv-2');
    await lab.pass(60);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Disconnected');
    await lab.controls.stall.release('tikv-2');
    await lab.pass(15);
    expect((await lab.store('tikv-2')).store.state_name).toBe('Up');
  });

  test('loses its leaders to the others once it is stopped hard', async () => {
    const { lab } = await hung(20);
    await lab.controls.process.kill('tikv-2');
    // Up to twenty-five seconds for the votes, and ten until a store says what it leads.
    await lab.pass(35);
    expect((await lab.query('sum(tikv_raftstore_region_count{type="leader"})'))['']).toBe(90);
  });
});
