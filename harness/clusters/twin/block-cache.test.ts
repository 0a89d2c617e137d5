import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from './cluster.fixture.ts';

const readers = { ...smallSpec, load: { ...smallSpec.load, ratePerSecond: 12_000, reads: 0.9 } };
const key = 'tikv/tikv-2/storage.block-cache.capacity';
const readP50 = 'histogram_quantile(0.5, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_get"}[30s])))';
const missed = 'sum by (instance) (rate(tikv_engine_cache_efficiency{type="block_cache_index_miss"}[30s]))';
const cores = 'sum by (instance) (rate(process_cpu_seconds_total{job="tikv"}[30s]))';

describe('a block cache', () => {
  test('that no longer holds indexes and filters makes reads slow and dear on its store alone, without a restart', async () => {
    const lab = await TestCluster.start(3, readers);
    await lab.pass(40);
    const before = { p50: await lab.query(readP50), cores: await lab.query(cores) };
    await lab.controls.config.write(key, '1MiB');
    await lab.pass(60);
    const [p50, misses, busy] = [await lab.query(readP50), await lab.query(missed), await lab.query(cores)];
    expect(p50['tikv-2']).toBeGreaterThan(1.3 * (before.p50['tikv-2'] ?? 0));
    expect(p50['tikv-1']).toBeLessThan(1.1 * (before.p50['tikv-1'] ?? 0));
    expect(misses['tikv-2']).toBeGreaterThan(1_000);
    expect(misses['tikv-1']).toBe(0);
    expect(busy['tikv-2']).toBeGreaterThan(1.7 * (before.cores['tikv-2'] ?? 0));
    expect(await lab.query('changes(process_start_time_seconds{instance=~"tikv-2.*"}[2m]) > 0')).toEqual({});
  });

  test('gives back what does not fit, and fills again when it may', async () => {
    const lab = await TestCluster.start(4, readers);
    const held = async () => (await lab.query('tikv_engine_block_cache_size_bytes'))['tikv-2'];
    await lab.controls.config.write(key, '64MiB');
    expect(await lab.controls.config.read(key)).toBe('64MiB');
    await lab.pass(10);
    expect(await held()).toBe(64 * 2 ** 20);
    await lab.controls.config.write(key, '256MiB');
    await lab.pass(300);
    expect(await held()).toBeGreaterThan(200 * 2 ** 20);
    expect((await lab.log({ node: 'tikv-2', contains: 'all config change had been dispatched' })).length).toBe(2);
  });

  test('is the only setting that the twin changes while a store runs', async () => {
    const lab = await TestCluster.start(1);
    await expect(lab.controls.config.write('tikv/tikv-2/raftstore.raft-base-tick-interval', '2s')).rejects.toMatchObject({ failure: { code: 'LAB_STORE_REFUSED' } });
    await expect(lab.controls.config.write('tikv/tikv-9/storage.block-cache.capacity', '2MiB')).rejects.toMatchObject({ failure: { code: 'LAB_NODE_UNKNOWN' } });
  });
});
