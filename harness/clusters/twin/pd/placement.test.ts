import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

const four = { ...smallSpec, roles: { pd: 3, tikv: 4 } };
const noted = async (lab: TestCluster, promql: string): Promise<number> => Math.max(0, ...Object.values(await lab.query(promql)));

describe('store limits', () => {
  test('of zero keep every replica where it is, and PD keeps the regions for later', async () => {
    const lab = await TestCluster.start(1, four);
    const shown = (await lab.pd<Record<string, Record<string, number>>>('/stores/limit')).body;
    expect(Object.values(shown)).toEqual(Array.from({ length: 4 }, () => ({ 'add-peer': 15, 'remove-peer': 15 })));
    await lab.controls.config.write('schedule/store-limit', Object.fromEntries(Object.keys(shown).map((id) => [id, { 'add-peer': 0, 'remove-peer': 0 }])));
    await lab.controls.config.write('stores/tikv-2', 'Offline');
    await lab.pass(30);
    const before = (await lab.store('tikv-2')).status.region_count;
    await lab.pass(120);
    expect((await lab.store('tikv-2')).status.region_count).toBe(before);
    expect(await noted(lab, 'max(pd_checker_region_list{type="pending_processed_regions"})')).toBeGreaterThan(10);
    expect(await noted(lab, 'max(pd_cluster_store_limit)')).toBe(0);
  });
});

describe('a placement rule', () => {
  const rule = { role: 'follower', count: 1, label_constraints: [{ key: 'zone', op: 'in', values: ['archive'] }] };

  test('that no store satisfies leaves every region short of a replica and the checker busy, without one operator', async () => {
    const lab = await TestCluster.start(2, four);
    await lab.controls.config.write('rules/dr/archive-copy', rule);
    await lab.pass(30);
    expect((await lab.pd<{ count: number }>('/regions/check/miss-peer')).body.count).toBe(four.regions);
    expect((await lab.pd<unknown[]>('/config/rules')).body).toHaveLength(2);
    expect(await noted(lab, 'max(pd_checker_event_count{type="rule_checker",name="no-store-add"})')).toBeGreaterThan(100);
    expect(await lab.log({ contains: 'add-rule-peer' })).toHaveLength(0);
    await lab.controls.config.write('rules/dr/archive-copy', null);
    await lab.pass(15);
    expect((await lab.pd<{ count: number }>('/regions/check/miss-peer')).body.count).toBe(0);
  });

  test('for one more replica of everything is met where a store is left, and orphans go when it is taken back', async () => {
    const lab = await TestCluster.start(3, { ...four, regions: 12 });
    await lab.controls.config.write('replication/max-replicas', 4);
    await lab.pass(120);
    const counts = async () => new Set((await lab.pd<{ regions: { peers: unknown[] }[] }>('/regions')).body.regions.map(({ peers }) => peers.length));
    expect(await counts()).toEqual(new Set([4]));
    await lab.controls.config.write('replication/max-replicas', 3);
    await lab.pass(120);
    expect(await counts()).toEqual(new Set([3]));
  });
});
