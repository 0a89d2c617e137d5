import { describe, expect, test } from 'vitest';
import { smallSpec } from '../../cluster.fixture.ts';
import { lawfulWorld } from '../../laws/laws.ts';
import type { World } from '../../world.ts';

const nine = { ...smallSpec, roles: { pd: 3, tikv: 9 }, regions: 270 } as const;
const leaders = (world: World): number[] => world.stores.map(({ id }) => world.index.of(id).led.size);
const pass = (world: World, seconds: number): void => world.engine.runTo(world.engine.nowMs + seconds * 1_000);
const eventsOf = (world: World, type: string, name: string): number => world.pd.metrics?.counter('pd_scheduler_event_count', { type, name }).value ?? 0;

describe('leaders of nine stores', () => {
  test('lie evenly from the start', () => {
    const { world } = lawfulWorld(nine, 3);
    expect(Math.max(...leaders(world)) - Math.min(...leaders(world))).toBeLessThanOrEqual(10);
  });

  test('spread again after a restart, also where the fullest and the emptiest store share no region', () => {
    const { world } = lawfulWorld(nine, 3);
    const victim = world.stores[4]!;
    victim.process.kill();
    pass(world, 40);
    expect(leaders(world)[4]).toBe(0);
    victim.process.start();
    pass(world, 140);
    expect(Math.max(...leaders(world)) - Math.min(...leaders(world))).toBeLessThanOrEqual(10);
  });
});

describe('schedulers that find nothing to do', () => {
  test('try ten times each five seconds, and say why it came to nothing', () => {
    const { world } = lawfulWorld({ ...smallSpec, load: { ...smallSpec.load, reads: 0 } }, 1);
    pass(world, 60);
    const count = (type: string, name: string): number => {
      const before = eventsOf(world, type, name);
      pass(world, 60);
      return eventsOf(world, type, name) - before;
    };
    // As recorded; in each try three stores hand out to two followers, and three take in.
    expect(count('balance-leader-scheduler', 'schedule')).toBe(120);
    expect(count('balance-leader-scheduler', 'no-target-store')).toBe(360);
    expect(count('balance-leader-scheduler', 'skip')).toBe(1_080);
    expect(count('evict-slow-store-scheduler', 'schedule')).toBe(120);
    expect(Math.abs(count('balance-hot-region-scheduler', 'schedule') - 460)).toBeLessThanOrEqual(10);
  });
});
