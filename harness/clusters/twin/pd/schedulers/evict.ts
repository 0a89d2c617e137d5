import type { Random } from '../../../../../src/kernel/random.ts';
import type { World } from '../../world.ts';
import type { Scheduler } from './scheduler.ts';

const batch = 3;

/** Who evicts: its name is on the operators, its random source picks the targets. */
export interface Evictor {
  readonly scheduler: string;
  readonly random: Random;
}

/** Moves leaders off a store, a batch at a time, to any other store that takes leaders; true while it finds some. */
export function evictLeaders(world: World, storeId: number, { scheduler, random }: Evictor): boolean {
  let moved = 0;
  for (const view of world.pd.regions.ledBy(storeId).views.items) {
    if (moved >= batch) break;
    const { region } = view;
    if (world.pd.operators.has(region)) continue;
    const targets = region.peers.map((peer) => peer.storeId).filter((id) => id !== storeId && !view.pending.includes(id) && world.pd.acceptsLeadersOn(id)).sort((a, b) => a - b);
    if (targets.length === 0) continue;
    const to = random.pick(targets);
    const brief = `evict leader: from store ${storeId} to one in [${targets.join(' ')}], or to ${to} (for compatibility)`;
    if (!world.pd.operators.add({ scheduler, region, from: storeId, to, brief })) break;
    moved++;
  }
  return moved > 0;
}

/** evict-leader: an operator's order to keep these stores free of leaders, until it is removed. */
export function evictLeader(world: World): Scheduler {
  const name = 'evict-leader-scheduler';
  const evictor = { scheduler: name, random: world.random.fork(name) };
  const stores: number[] = [];
  const release = (id: number) => {
    world.pd.pausedForLeaders.delete(id);
    world.pd.log({ source: 'store.go:914', message: 'resume store leader transfer', fields: [['store-id', id]] });
  };
  return {
    name,
    config: () => ({ 'store-id-ranges': Object.fromEntries(stores.map((id) => [String(id), [{ 'start-key': '', 'end-key': '' }]])), batch }),
    run: () => stores.map((id) => evictLeaders(world, id, evictor)).includes(true),
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
