import { type Peer, peerOn, type Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { refusalOf } from './candidates.ts';
import { moveSteps, type Step } from './steps.ts';

/** How many regions got an order, and how many could not. */
export interface Scattered {
  readonly ordered: number;
  readonly failed: number;
}

/**
 * Spreads some regions over the stores as if they were all that there is: each one's followers go where fewest of these are so far, and so does its
 * leadership. PD moves several replicas of a region at once; here it is one, and whoever asks again gets the next.
 */
export function scatter(world: World, regions: readonly Region[]): Scattered {
  const [held, led] = [new Map<number, number>(), new Map<number, number>()];
  let [ordered, failed] = [0, 0];
  for (const region of regions) {
    const view = world.pd.regions.get(region.id);
    const isHealthy = view !== undefined && view.leader !== 0 && view.pending.length === 0 && view.down.length === 0 && region.peers.every(({ role }) => role === undefined);
    if (!isHealthy || world.pd.operators.has(region)) {
      failed++;
      continue;
    }
    if (spread(world, region, { leader: view.leader, held, led })) ordered++;
  }
  return { ordered, failed };
}

interface Group {
  readonly leader: number;
  readonly held: Map<number, number>;
  readonly led: Map<number, number>;
}

/** True where something had to move. */
function spread(world: World, region: Region, { leader, held, led }: Group): boolean {
  const count = (of: Map<number, number>, id: number) => of.get(id) ?? 0;
  const spare = [...world.pd.stores.values()].filter((view) => !peerOn(region, view.id) && refusalOf(world, view, region.sizeMib) === undefined).map(({ id }) => id);
  const to = least(spare, (id) => count(held, id));
  const from = region.peers.filter(({ storeId }) => storeId !== leader).sort((a, b) => count(held, b.storeId) - count(held, a.storeId))[0];
  const moves = to !== undefined && from !== undefined && count(held, to) < count(held, from.storeId);
  const stores = region.peers.map(({ storeId }) => (moves && storeId === from.storeId ? to : storeId));
  const heir = least(stores.filter((id) => id === leader || world.pd.acceptsLeadersOn(id)), (id) => count(led, id) + (id === leader ? -0.5 : 0)) ?? leader;
  for (const id of stores) held.set(id, count(held, id) + 1);
  led.set(heir, count(led, heir) + 1);
  const steps: Step[] = [...(moves ? moveSteps(from as Peer, world.pd.newPeer(to), undefined) : []), ...(heir === leader ? [] : [{ kind: 'transfer-leader' as const, from: leader, to: heir }])];
  if (steps.length === 0) return false;
  const kind = [...(moves ? ['region'] : []), ...(heir === leader ? [] : ['leader'])].join(',');
  return world.pd.operators.start({ scheduler: 'scatter-region', region, kind, brief: moves ? `mv peer: store [${from.storeId}] to [${to}]` : `transfer leader: store ${leader} to ${heir}`, steps });
}

function least(ids: readonly number[], of: (id: number) => number): number | undefined {
  return ids.reduce<number | undefined>((best, id) => (best === undefined || of(id) < of(best) || (of(id) === of(best) && id < best) ? id : best), undefined);
}
