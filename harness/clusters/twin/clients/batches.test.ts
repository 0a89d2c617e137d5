import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const load = { ...smallSpec.load, keys: 'uniform' as const, ratePerSecond: 400, reads: 0.5 };
const batches = { ...load, valuesPerWrite: 4 };
const sum = (values: Record<string, number>): number => Object.values(values).reduce((all, each) => all + each, 0);

describe('a write of several values', () => {
  test('is a command of its own name and no plain put', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load });
    const rate = async (family: string, type: string) => sum(await lab.query(`rate(${family}_count{type="${type}"}[20s])`));
    await lab.controls.load.set(batches);
    await lab.pass(40);
    for (const family of ['tikv_grpc_msg_duration_seconds', 'tikv_scheduler_command_duration_seconds']) {
      expect(await rate(family, 'raw_batch_put'), family).toBeGreaterThan(170);
      expect(await rate(family, 'raw_put'), family).toBe(0);
    }
    await lab.controls.load.set(load);
    await lab.pass(40);
    expect(await rate('tikv_grpc_msg_duration_seconds', 'raw_batch_put')).toBe(0);
    expect(await rate('tikv_grpc_msg_duration_seconds', 'raw_put')).toBeGreaterThan(170);
  });

  test('brings as many keys to PD and as many bytes to the engine', async () => {
    const [plain, four] = [await TestCluster.start(1, { ...smallSpec, load }), await TestCluster.start(1, { ...smallSpec, load: batches })];
    const written = async (lab: TestCluster) => {
      await lab.pass(130);
      const { body } = await lab.pd<{ regions: { written_keys: number; written_bytes: number }[] }>('/regions');
      const keys = body.regions.reduce((all, each) => all + each.written_keys, 0);
      return { keys, engine: sum(await lab.query('rate(tikv_engine_flow_bytes{db="kv",type="bytes_written"}[60s])')) };
    };
    const [one, many] = [await written(plain), await written(four)];
    expect(many.keys / one.keys).toBeGreaterThan(3.5);
    expect(many.keys / one.keys).toBeLessThan(4.5);
    expect(many.engine / one.engine).toBeGreaterThan(3.8);
    expect(many.engine / one.engine).toBeLessThan(4.2);
  });

  test('makes a region no larger than its keys with their values', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, keyCount: 2_000, load: { ...load, reads: 0, ratePerSecond: 1_000 } });
    const largest = async () => Math.max(...(await lab.pd<{ regions: { approximate_size: number }[] }>('/regions')).body.regions.map((each) => each.approximate_size));
    await lab.controls.load.set({ ...load, reads: 0, ratePerSecond: 1_000, valuesPerWrite: 16, valueBytes: 65_536 });
    await lab.pass(200);
    // 2,000 keys of 64 KiB in 90 regions are 1.4 MiB each; what PD rounds up and what the first values took is little.
    expect(await largest()).toBeLessThanOrEqual(4);
  });
});
