import { describe, expect, test } from 'vitest';
import { smallSpec } from '../../cluster.fixture.ts';
import { lawfulWorld } from '../../laws/laws.ts';
import type { World } from '../../world.ts';

const pass = (world: World, spanMs: number): void => world.engine.runTo(world.engine.nowMs + spanMs);
const looksOf = (world: World, type: string): number => (world.pd.metrics?.counter('pd_scheduler_event_count', { type, name: 'schedule' }).value ?? 0) / 10;
const refusedOf = (world: World, type: string): number => world.pd.metrics?.counter('pd_schedule_operator_limit', { type, name: 'leader' }).value ?? 0;

/** When each idle scheduler looks within the next five seconds. */
function looks(world: World, names: readonly string[]): Record<string, number> {
  const [fromMs, before, found] = [world.engine.nowMs, names.map((name) => looksOf(world, name)), {} as Record<string, number>];
  for (let n = 0; n < 500; n++) {
    pass(world, 10);
    for (const [at, name] of names.entries()) if (found[name] === undefined && looksOf(world, name) > (before[at] as number)) found[name] = world.engine.nowMs - fromMs;
  }
  return found;
}

describe('schedulers of PD', () => {
  const idle = ['balance-leader-scheduler', 'balance-region-scheduler', 'evict-slow-store-scheduler', 'evict-stopping-store-scheduler'];

  test('look at instants of their own in a cluster that has served for hours, others with another seed', () => {
    const all = [1, 2, 3].flatMap((seed) => Object.values(looks(lawfulWorld(smallSpec, seed).world, idle)));
    expect(all).toHaveLength(12);
    expect(new Set(all).size).toBeGreaterThanOrEqual(10);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(3_000);
  });

  test('start together when another member leads, and look ever more rarely', () => {
    const { world } = lawfulWorld(smallSpec, 1);
    world.pd.members.serving?.process.kill();
    while (world.pd.members.serving) pass(world, 10);
    while (!world.pd.members.serving) pass(world, 10);
    const counts = [1_000, 1_000, 10_000].map((spanMs) => {
      const before = looksOf(world, 'balance-region-scheduler');
      pass(world, spanMs);
      return looksOf(world, 'balance-region-scheduler') - before;
    });
    expect(counts[0]).toBeGreaterThan(10);
    expect(counts[1]).toBeLessThan(5);
    expect(counts[2]).toBeLessThan(9);
  });

  test('that may not look ask again at the pace that they have: each ten milliseconds while orders are stuck', () => {
    const { world } = lawfulWorld(smallSpec, 1);
    const [from, to] = world.stores;
    const stuck = world.regions.filter(({ leader }) => leader === from?.id).slice(0, 4);
    // Orders of people that nobody can follow: a dead store is asked to lead.
    to?.process.kill();
    world.pd.schedulers.remove('balance-leader-scheduler');
    for (const region of stuck) world.pd.operators.start({ scheduler: 'admin-transfer-leader', region, kind: 'admin,leader', brief: '', steps: [{ kind: 'transfer-leader', from: from?.id ?? 0, to: to?.id ?? 0 }] });
    world.pd.schedulers.add('balance-leader-scheduler');
    pass(world, 10_000);
    expect(Math.abs(refusedOf(world, 'balance-leader-scheduler') - 1_000)).toBeLessThanOrEqual(2);
  });
});
