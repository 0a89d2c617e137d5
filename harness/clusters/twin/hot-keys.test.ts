import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const load = { shape: 'mixed', ratePerSecond: 1_500, reads: 0.2, keys: 'uniform', valueBytes: 1_024 } as const;
const hot = { of: 'writes', share: 0.9, at: 0.51 } as const;
const puts = 'sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type="raw_put"}[30s]))';

/** A cluster whose clients turn to the keys of one region. */
async function hotCluster() {
  const lab = await TestCluster.start(1, { ...smallSpec, load });
  await lab.controls.load.set({ ...load, hot });
  await lab.pass(130);
  return lab;
}

describe('writes to a few neighbouring keys', () => {
  test('make one store take nine of ten puts while leaders stay even and nobody gets slow, as recorded', async () => {
    const lab = await hotCluster();
    const rates = Object.values(await lab.query(puts)).sort((a, b) => b - a);
    expect((rates[0] ?? 0) / rates.reduce((sum, rate) => sum + rate, 0)).toBeGreaterThan(0.85);
    const leaders = Object.values(await lab.query('tikv_raftstore_region_count{type="leader"}'));
    expect(Math.max(...leaders) - Math.min(...leaders)).toBeLessThanOrEqual(10);
    expect(Math.max(...Object.values(await lab.query('histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[30s])))')))).toBeLessThan(0.05);
  });

  test('stand out per region for PD, whose flow per store hides them because it counts every replica', async () => {
    const lab = await hotCluster();
    const { body } = await lab.pd<{ regions: { id: number; written_bytes: number }[] }>('/regions/writeflow?limit=2');
    const [first, next] = body.regions;
    expect(first?.written_bytes).toBeGreaterThan(50 * (next?.written_bytes ?? 0));
    // Two minutes: a store says every ten seconds what it wrote, each at a turn of its own.
    await lab.pass(90);
    const served = Object.values(await lab.query('sum by (instance) (rate(tikv_engine_flow_bytes{type="bytes_written"}[2m]))'));
    expect(served).toHaveLength(3);
    expect(Math.max(...served) / Math.min(...served)).toBeLessThan(1.2);
  });

  test('make their region look too large before each flush where regions are small; it is read through, and not cut', async () => {
    const settings = { 'coprocessor.region-max-size': '24MB', 'coprocessor.region-split-size': '16MB' };
    const lab = await TestCluster.start(1, { ...smallSpec, load, keyCount: 240_000, settings });
    await lab.controls.load.set({ ...load, hot });
    await lab.pass(130);
    const checks = await lab.log({ contains: 'Run size checker' });
    expect(checks.length).toBeGreaterThanOrEqual(1);
    expect(new Set(checks.map(({ raw }) => /region_id=(\d+)/.exec(raw)?.[1])).size).toBe(1);
    expect(checks[0]?.raw).toContain('[threshold=25165824]');
    expect((await lab.log({ contains: 'update approximate size and keys with accurate value' })).length).toBe(checks.length);
    expect(await lab.log({ contains: 'split region' })).toEqual([]);
    expect(await (await hotCluster()).log({ contains: 'Run size checker' })).toEqual([]);
  });

  test('end with the load that the cluster was started with', async () => {
    const lab = await hotCluster();
    await lab.controls.load.set(lab.controls.load.initial());
    await lab.pass(60);
    const rates = Object.values(await lab.query(puts));
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.3);
  });
});

test('requests of both kinds to a few keys go to one store, as the recorded ones did', async () => {
  const lab = await TestCluster.start(1, { ...smallSpec, load });
  await lab.controls.load.set({ ...load, hot: { ...hot, of: 'all' } });
  await lab.pass(60);
  for (const type of ['raw_get', 'raw_put']) {
    const rates = Object.values(await lab.query(`sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type="${type}"}[30s]))`));
    expect(Math.max(...rates) / rates.reduce((sum, rate) => sum + rate, 0)).toBeGreaterThan(0.85);
  }
});
