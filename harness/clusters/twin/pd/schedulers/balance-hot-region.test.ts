import { describe, expect, test } from 'vitest';
import { smallSpec } from '../../cluster.fixture.ts';
import { askMember } from '../api/router.ts';
import { lawfulWorld } from '../../laws/laws.ts';
import type { Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';

const even = { ...smallSpec, regions: 60, load: { ...smallSpec.load, ratePerSecond: 6_000, reads: 0.9, keys: 'uniform' } } as const;
const writes = { ...even, roles: { pd: 3, tikv: 4 }, load: { ...even.load, reads: 0.1 } } as const;

/** The clients want these regions, so much of everything each, and the others share the rest. */
function heat(world: World, hot: readonly Region[], each: number): void {
  for (const region of world.regions) world.traffic.settle(region);
  const cold = world.regions.filter((region) => !hot.includes(region) && region.share > 0);
  for (const region of cold) region.share = (1 - each * hot.length) / cold.length;
  for (const region of hot) region.share = each;
  world.traffic.routes.forget();
}

const pass = (world: World, seconds: number): void => world.engine.runTo(world.engine.nowMs + seconds * 1_000);
const ledBy = (world: World, storeId: number, count: number): Region[] => world.index.of(storeId).led.items.filter(({ share }) => share > 0).slice(0, count);
const orders = (world: World, what: RegExp): number => world.pd.operators.records.filter(({ operator }) => what.test(operator.scheduler)).length + world.pd.operators.running.filter(({ scheduler }) => what.test(scheduler)).length;
const post = (world: World, method: 'POST' | 'DELETE', path: string, body: object) => askMember(world, world.pd.members.serving!, { method, path: `/pd/api/v1${path}`, body: JSON.stringify(body) });
/** Before anybody is moved, an uneven load must have been there for five minutes of samples. */
const patience = 330;

describe('hot reads that one store serves alone', () => {
  function skewed(seed: number) {
    const { world } = lawfulWorld(even, seed);
    pass(world, 5);
    const store = world.stores[0]!;
    const hot = ledBy(world, store.id, 4);
    heat(world, hot, 0.15);
    return { world, store, hot };
  }

  test('are led from other stores after five minutes, each once, and then there is peace', () => {
    const { world, store, hot } = skewed(3);
    pass(world, 150);
    expect(hot.every(({ leader }) => leader === store.id)).toBe(true);
    pass(world, patience + 120);
    const leaders = hot.map(({ leader }) => leader);
    expect(new Set(leaders).size).toBe(3);
    const made = orders(world, /^transfer-hot-read-leader$/);
    expect(made).toBeGreaterThanOrEqual(2);
    expect(made).toBeLessThanOrEqual(6);
    pass(world, 200);
    expect(hot.map(({ leader }) => leader)).toEqual(leaders);
  });

  test('stay where they are while the scheduler is removed, paused, or without a limit', () => {
    for (const forbid of [
      (world: World) => post(world, 'DELETE', '/schedulers/balance-hot-region-scheduler', {}),
      (world: World) => post(world, 'POST', '/schedulers/balance-hot-region-scheduler', { delay: 3_600 }),
      (world: World) => post(world, 'POST', '/config/schedule', { 'hot-region-schedule-limit': 0 }),
    ]) {
      const { world, store, hot } = skewed(3);
      forbid(world);
      pass(world, patience + 120);
      expect(hot.every(({ leader }) => leader === store.id)).toBe(true);
      expect(orders(world, /hot/)).toBe(0);
    }
  });

  test('are evened out by the next PD leader too, when the last one died over a move', () => {
    const { world, hot } = skewed(3);
    for (let steps = 0; steps < 600_000 && orders(world, /hot/) === 0; steps++) world.engine.runTo(world.engine.nowMs + 1);
    world.pd.members.serving?.process.kill();
    pass(world, 2 * patience);
    expect(new Set(hot.map(({ leader }) => leader)).size).toBe(3);
    const wanted = world.stores.map(({ id }) => world.index.of(id).led.items.reduce((sum, { share }) => sum + share, 0));
    expect(Math.max(...wanted)).toBeLessThan(1.25 / 3);
    expect(orders(world, /^transfer-hot-read-leader$/)).toBeGreaterThanOrEqual(1);
  });

  test('of one region only stay there: the hot spot would go with it', () => {
    const { world } = lawfulWorld(even, 4);
    pass(world, 5);
    const hot = ledBy(world, world.stores[1]!.id, 1);
    heat(world, hot, 0.5);
    pass(world, patience + 200);
    expect(hot[0]?.leader).toBe(world.stores[1]!.id);
  });
});

describe('hot writes', () => {
  test('of raw clients hand no leader over: PD counts no queries of theirs', () => {
    const { world } = lawfulWorld({ ...even, load: { ...even.load, reads: 0.1 } }, 5);
    pass(world, 5);
    const hot = ledBy(world, world.stores[0]!.id, 4);
    heat(world, hot, 0.15);
    pass(world, patience + 120);
    expect(orders(world, /hot-write/)).toBe(0);
  });

  test('move to the store that has none where there is a fourth, with the leadership where it has that', () => {
    const { world, laws } = lawfulWorld(writes, 6);
    pass(world, 5);
    const spared = world.stores[3]!;
    const hot = world.regions.filter(({ peers, share }) => share > 0 && peers.every(({ storeId }) => storeId !== spared.id)).slice(0, 6);
    heat(world, hot, 0.1);
    for (let minutes = 0; minutes < 12; minutes++) {
      pass(world, 60);
      for (const { check } of laws) expect(check()).toBeUndefined();
    }
    const moved = hot.filter(({ peers }) => peers.some(({ storeId }) => storeId === spared.id));
    expect(moved.length).toBeGreaterThanOrEqual(2);
    expect(orders(world, /^move-hot-write-(peer|leader)$/)).toBeLessThanOrEqual(12);
    for (const { peers } of hot) expect(peers.map(({ role }) => role)).toEqual([undefined, undefined, undefined]);
  });
});
