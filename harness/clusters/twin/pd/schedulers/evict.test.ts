import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../../cluster.fixture.ts';
import { lawfulWorld } from '../../laws/laws.ts';
import type { Region } from '../../raft/region.ts';
import type { Store } from '../../store/store.ts';

const moved = 'evict-leader-scheduler {evict leader';

async function evicting(lab: TestCluster, node: string): Promise<void> {
  await lab.controls.config.write(`schedulers/evict-leader-scheduler-${(await lab.store(node)).store.id}`, true);
}

describe('a store whose leaders are evicted', () => {
  test('is drawn from blindly: a region whose leader is on its way gets a second order now and then, which ends before it starts', async () => {
    const lab = await TestCluster.start();
    const fromMs = lab.now;
    await evicting(lab, 'tikv-3');
    await lab.pass(3);
    const added = (await lab.log({ contains: 'add operator', fromMs })).filter(({ raw }) => raw.includes(moved));
    const refused = (await lab.log({ contains: 'already exist', fromMs })).filter(({ raw }) => raw.includes(moved));
    expect(added.length).toBeGreaterThanOrEqual(30);
    expect(refused.length).toBeGreaterThan(0);
    // Recorded: 8 beside 35, 14 beside 35, 5 beside 36.
    expect(refused.length).toBeLessThan(added.length / 2);
    for (const { raw } of refused) expect(raw).toMatch(/\["operator canceled"\] .*\[takes=0s\].*startAt:0001-01-01 00:00:00 \+0000 UTC.*timeout:\[1m0s\]\)\\""\]/);
  });

  test('takes over what a less urgent scheduler had ordered, and not what an administrator had', () => {
    const { world } = lawfulWorld(smallSpec, 1);
    const [from, to] = world.stores as [Store, Store];
    const [region] = world.regions.filter(({ leader }) => leader === from.id) as [Region];
    const ordered = (scheduler: string, how: { readonly kind: string; readonly urgent?: boolean }): boolean =>
      world.pd.operators.start({ scheduler, region, brief: '', steps: [{ kind: 'transfer-leader', from: from.id, to: to.id }], ...how });
    const counted = (type: string, event: string): number => world.pd.metrics?.counter('pd_schedule_operators_count', { type, event }).value ?? 0;
    expect(ordered('balance-hot-region-scheduler', { kind: 'leader' })).toBe(true);
    expect(ordered('balance-region-scheduler', { kind: 'region' })).toBe(false);
    expect([counted('balance-region-scheduler', 'already-have'), counted('balance-region-scheduler', 'cancel')]).toEqual([1, 1]);
    expect(ordered('admin-transfer-leader', { kind: 'admin,leader' })).toBe(true);
    expect(counted('balance-hot-region-scheduler', 'replace')).toBe(1);
    expect(ordered('evict-leader-scheduler', { kind: 'leader', urgent: true })).toBe(false);
    expect(world.pd.operators.of(region)?.scheduler).toBe('admin-transfer-leader');
  });
});
