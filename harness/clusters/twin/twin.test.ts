import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { smallSpec, TestCluster } from './cluster.fixture.ts';
import { twin } from './kind.ts';

async function bytesAfterAKill(seed: number): Promise<string> {
  const lab = await TestCluster.start(seed);
  await lab.pass(20);
  await lab.controls.process.kill('tikv-1');
  await lab.pass(40);
  const hash = createHash('sha256');
  for (const [name, bytes] of await lab.cluster.export()) hash.update(name).update(bytes);
  return hash.digest('hex');
}

describe('a healthy twin', () => {
  test('is in a steady state when it is handed over', async () => {
    const lab = await TestCluster.start();
    expect(await lab.query('up')).toEqual({ 'pd-1': 1, 'pd-2': 1, 'pd-3': 1, 'tikv-1': 1, 'tikv-2': 1, 'tikv-3': 1 });
    expect(await lab.query('tikv_raftstore_region_count{type="leader"}')).toEqual({ 'tikv-1': 30, 'tikv-2': 30, 'tikv-3': 30 });
    expect(await lab.pendingRegions()).toBe(0);
    const putP99 = await lab.query('histogram_quantile(0.99, sum by (instance, le) (rate(tikv_grpc_msg_duration_seconds_bucket{type="raw_put"}[1m])))');
    for (const each of Object.values(putP99)) expect(each).toBeLessThan(0.03);
  });

  test('stays quiet for ten minutes: no election, no move, no warning', async () => {
    const lab = await TestCluster.start(5);
    await lab.pass(600);
    expect((await lab.log({ levels: ['WARN', 'ERROR', 'FATAL'] })).length).toBe(0);
    expect((await lab.log({ contains: 'became leader' })).length).toBe(0);
    expect((await lab.query('max(tikv_raftstore_slow_score)'))['']).toBe(1);
  });

  test('serves the offered load', async () => {
    const lab = await TestCluster.start();
    await lab.pass(30);
    const rate = (await lab.query('sum(rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_get|raw_put"}[1m]))'))[''] as number;
    expect(Math.abs(rate - 1_000)).toBeLessThan(60);
    await lab.controls.load.set({ ...smallSpec.load, ratePerSecond: 3_000 });
    await lab.pass(65);
    expect((await lab.query('sum(rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_get|raw_put"}[1m]))'))['']).toBeGreaterThan(2_800);
  });
});

describe('one seed', () => {
  test('gives the same bytes twice, and another seed gives others', async () => {
    const [first, again, other] = [await bytesAfterAKill(11), await bytesAfterAKill(11), await bytesAfterAKill(12)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('gives store ids that say nothing about node numbers', async () => {
    const drawn = new Set<string>();
    for (const seed of [1, 2, 3]) drawn.add((await TestCluster.start(seed)).cluster.nodes().filter((node) => node.role === 'tikv').map((node) => node.aliases[2]).join(' '));
    expect(drawn.size).toBeGreaterThan(1);
  });
});

describe('counters of a twin', () => {
  test('never fall but at a restart', async () => {
    const lab = await TestCluster.start();
    await lab.pass(60);
    await lab.controls.process.kill('tikv-3');
    await lab.pass(20);
    await lab.controls.process.start('tikv-3');
    await lab.pass(60);
    const names = orThrow(await lab.cluster.ports.metrics.labelValues('__name__')).filter((name) => /_sum$|^tikv_(raftstore|storage|scheduler|server)_.+_total$|^process_cpu_seconds_total$/.test(name));
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) {
      for (const [node, resets] of Object.entries(await lab.query(`max by (instance) (resets(${name}[4m]))`))) expect(resets, `${name} of ${node}`).toBeLessThanOrEqual(node === 'tikv-3' ? 1 : 0);
    }
    expect((await lab.query('resets(process_cpu_seconds_total[4m])'))['tikv-3']).toBe(1);
  });

  test('of one histogram belong together: the last bucket is the count', async () => {
    const lab = await TestCluster.start();
    await lab.pass(20);
    const series = orThrow(await lab.cluster.ports.metrics.series('{__name__=~".+_count",job="tikv"}'));
    const families = new Set(series.map((labels) => (labels['__name__'] ?? '').replace(/_count$/, '')).filter((family) => !family.endsWith('region')));
    for (const family of families) expect(await lab.query(`${family}_bucket{le="+Inf"} - ignoring(le) ${family}_count != 0`), family).toEqual({});
    expect(families.size).toBeGreaterThan(30);
  });
});

describe('a twin that cannot be', () => {
  test('is refused with a reason', async () => {
    expect(await twin.start({ ...smallSpec, roles: { tikv: 3 } }, 1)).toMatchObject({ ok: false, failure: { code: 'LAB_TWIN_SPEC' } });
    expect(await twin.start({ ...smallSpec, subject: 'etcd' }, 1)).toMatchObject({ ok: false });
  });
});
