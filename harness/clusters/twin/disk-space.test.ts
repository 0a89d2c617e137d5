import { describe, expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

const available = 'tikv_store_size_bytes{type="available"}';

describe('a disk that others fill', () => {
  test('is seen when the store looks, once a minute, and then PD warns at each of its heartbeats', async () => {
    const lab = await TestCluster.start();
    const [fromMs, before] = [lab.now, await lab.query('tikv_store_size_bytes{type="used"}')];
    await lab.controls.space.fill('tikv-2', 0.1);
    expect(await lab.controls.space.probeFreeShare('tikv-2')).toBeCloseTo(0.1, 2);
    await lab.pass(130);
    expect(((await lab.query(available))['tikv-2'] as number) / 2 ** 30).toBeCloseTo(10, 0);
    expect((await lab.query('tikv_store_size_bytes{type="used"}'))['tikv-2']).toBeLessThan(1.05 * (before['tikv-2'] as number));
    const warned = (await lab.log({ contains: 'store does not have enough disk space', fromMs })).map((line) => line.atMs - fromMs);
    expect(warned[0]).toBeLessThan(71_000);
    expect((warned[1] as number) - (warned[0] as number)).toBe(10_000);
    expect(await lab.query('pd_cluster_status{type="store_low_space_count"} == 1')).not.toEqual({});
  });

  test('is forgotten within a minute and a heartbeat after it is freed', async () => {
    const lab = await TestCluster.start();
    const before = (await lab.query(available))['tikv-2'] as number;
    await lab.controls.space.fill('tikv-2', 0.1);
    await lab.pass(70);
    await lab.controls.space.free('tikv-2');
    await lab.pass(75);
    expect((await lab.query(available))['tikv-2']).toBeGreaterThan(0.99 * before);
    const sinceMs = lab.now;
    await lab.pass(30);
    expect((await lab.log({ contains: 'store does not have enough disk space', fromMs: sinceMs })).length).toBe(0);
  });

  test('cannot be filled into the reserve, which the twin does not model', async () => {
    const lab = await TestCluster.start();
    await expect(lab.controls.space.fill('tikv-2', 0.02)).rejects.toMatchObject({ failure: { code: 'LAB_NOT_SUPPORTED' } });
  });
});
