import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const spec = { ...smallSpec, load: { ...smallSpec.load, ratePerSecond: 300, transactions: 5 } };
const perSecond = (metric: string, selector: string): string => `sum(rate(${metric}{${selector}}[30s]))`;
const calls = (type: string): string => perSecond('tikv_grpc_msg_duration_seconds_count', `type="${type}"`);
const one = async (lab: TestCluster, promql: string): Promise<number> => (await lab.query(promql))[''] ?? NaN;

describe('transactions beside raw commands', () => {
  test('are a get, a prewrite and a commit each, on one store, and two entries of every replica\'s log', async () => {
    const lab = await TestCluster.start(1, spec);
    await lab.pass(60);
    for (const type of ['kv_get', 'kv_prewrite', 'kv_commit']) expect(await one(lab, calls(type))).toBeCloseTo(5, 0);
    expect(await one(lab, 'count(rate(tikv_grpc_msg_duration_seconds_count{type="kv_prewrite"}[30s]) > 0)')).toBe(1);
    expect(await one(lab, calls('raw_put'))).toBeCloseTo(120, -1);
    const [put, written] = [await one(lab, perSecond('tikv_raftstore_write_cmd_total', 'type="put"')), await one(lab, perSecond('tikv_raftstore_write_cmd_total', 'type="delete"'))];
    // As recorded: three replicas of 120 puts and of four keys each, and two locks that go.
    expect([put > 385 && put < 450, written]).toEqual([true, expect.closeTo(30, 0)]);
    for (const type of ['prewrite', 'commit']) expect(await one(lab, perSecond('tikv_scheduler_kv_command_key_write_sum', `type="${type}"`))).toBeCloseTo(10, -0.5);
  });

  test('wait while PD gives no timestamps, where raw commands do not, and come back when it does', async () => {
    const lab = await TestCluster.start(1, spec);
    for (const node of ['pd-1', 'pd-2', 'pd-3']) await lab.controls.process.kill(node);
    await lab.pass(60);
    expect([await one(lab, calls('kv_prewrite')), await one(lab, calls('raw_put')) > 90]).toEqual([0, true]);
    for (const node of ['pd-1', 'pd-2', 'pd-3']) await lab.controls.process.start(node);
    await lab.pass(30);
    expect(await one(lab, calls('kv_prewrite'))).toBeGreaterThan(8);
    await lab.pass(60);
    expect(await one(lab, calls('kv_prewrite'))).toBeCloseTo(5, 0);
  });

  test('go to another store when theirs dies', async () => {
    const lab = await TestCluster.start(1, spec);
    const [first = ''] = Object.entries(await lab.query('rate(tikv_grpc_msg_duration_seconds_count{type="kv_prewrite"}[30s]) > 0')).map(([node]) => node);
    await lab.controls.process.kill(first);
    await lab.pass(90);
    const now = await lab.query('rate(tikv_grpc_msg_duration_seconds_count{type="kv_prewrite"}[30s]) > 0');
    expect(Object.keys(now)).toHaveLength(1);
    expect(now[first]).toBeUndefined();
  });

  test('leave no trace on the pages of a cluster whose clients make none', async () => {
    const lab = await TestCluster.start(1, { ...spec, load: smallSpec.load });
    await lab.pass(10);
    expect(await lab.query('count({type=~"prewrite|commit", __name__=~"tikv_scheduler_(latch|kv_command).*"})')).toEqual({});
  });
});
