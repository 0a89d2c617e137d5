import type { Random } from '../../../../../src/kernel/random.ts';
import type { World } from '../../world.ts';
import { type LeaderCounters, schedulerEvents } from '../leader-counters.ts';
import type { LeaderMove } from '../operators.ts';
import type { RegionView } from '../views.ts';
import { drawn, isWell } from './picks.ts';
import { leaderLimit, type Scheduler } from './scheduler.ts';

const name = 'evict-leader-scheduler';
const batch = 3;

/** Who evicts: its name is on the operators, its random source picks regions and targets. */
export interface Evictor {
  readonly scheduler: string;
  readonly random: Random;
  /** PD counts what all of them find under the name of one. */
  readonly events: LeaderCounters;
}

/** A scheduler that evicts. */
export const evictorOf = (world: World, scheduler: string): Evictor => ({ scheduler, random: world.random.fork(scheduler), events: schedulerEvents(world, name) });

/**
 * Moves leaders off stores, a batch at a time, to any other store that takes leaders; true while it finds some. It draws regions whether
 * they have an operator or not (from PD's published code): one that has ends the new one before it starts, unless it is less urgent.
 * What is in vain is counted for all tries.
 */
export function evictLeaders(world: World, storeIds: readonly number[], { evictor, tries }: { readonly evictor: Evictor; readonly tries: number }): boolean {
  const moves = new Map<number, LeaderMove>();
  const said: string[] = [];
  for (let n = 0; n < batch && moves.size <= batch; n++) {
    const found = storeIds.flatMap((id) => moveFrom(world, id, { evictor, said }) ?? []);
    if (found.length === 0) break;
    for (const move of found) if (!moves.has(move.region.id)) moves.set(move.region.id, move);
  }
  for (const move of moves.values()) if (world.pd.operators.add(move)) said.push('new-operator');
  for (const event of said) evictor.events.add(event, moves.size > 0 ? 1 : tries);
  return moves.size > 0;
}

/** One leader of a store, of a region that is well if there is one, and where it could go. */
function moveFrom(world: World, from: number, { evictor: { scheduler, random }, said }: { readonly evictor: Evictor; readonly said: string[] }): LeaderMove | undefined {
  const led = world.pd.regions.ledBy(from).views.items;
  const view = drawn(random, led, isWell) ?? drawn(random, led, () => true);
  if (!view) {
    said.push('no-leader');
    return undefined;
  }
  if (!isWell(view)) said.push('pick-unhealthy-region');
  const targets = targetsOf(world, view, from);
  if (targets.length === 0) {
    said.push('no-target-store');
    return undefined;
  }
  const to = random.pick(targets);
  return { scheduler, region: view.region, from, to, brief: `evict leader: from store ${from} to one in [${targets.join(' ')}], or to ${to} (for compatibility)`, urgent: true };
}

const targetsOf = (world: World, { region, pending, down }: RegionView, from: number): number[] => {
  const isUnwell = (id: number): boolean => pending.includes(id) || down.some(({ storeId }) => storeId === id);
  return region.peers.map(({ storeId }) => storeId).filter((id) => id !== from && !isUnwell(id) && world.pd.acceptsLeadersOn(id)).sort((a, b) => a - b);
};

/** evict-leader: an operator's order to keep these stores free of leaders, until it is removed. */
export function evictLeader(world: World): Scheduler {
  const evictor = evictorOf(world, name);
  const stores: number[] = [];
  const release = (id: number) => {
    world.pd.pausedForLeaders.delete(id);
    world.pd.log({ source: 'store.go:914', message: 'resume store leader transfer', fields: [['store-id', id]] });
  };
  return {
    name,
    config: () => ({ 'store-id-ranges': Object.fromEntries(stores.map((id) => [String(id), [{ 'start-key': '', 'end-key': '' }]])), batch }),
    limit: leaderLimit,
    run: (tries) => evictLeaders(world, stores, { evictor, tries }),
    removed: () => stores.splice(0).forEach(release),
    setStore: (id, wanted) => {
      const at = stores.indexOf(id);
      if (wanted && at < 0) {
        stores.push(id);
        world.pd.pausedForLeaders.add(id);
        world.pd.log({ source: 'store.go:897', message: 'pause store leader transfer', fields: [['store-id', id]] });
      } else if (!wanted && at >= 0) {
        stores.splice(at, 1);
        release(id);
      }
      return stores.length === 0;
    },
  };
}
