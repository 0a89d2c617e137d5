import { hotShareOf, type LoadSpec } from '../../contract.ts';
import { hexKey } from '../raft/key-space.ts';
import type { KeyClass } from '../store/latches.ts';
import type { World } from '../world.ts';
import { popularKeys } from './keys.ts';
import type { LeaderRoutes } from './plan.ts';
import { firstHotKey, hotKeys } from './shares.ts';
import { apiOf } from './values.ts';

/** What one store leads: its share of all writes, and its part of the keys that are hot. */
export interface Led {
  readonly writeShare: number;
  readonly hotPart: number;
}

/** The keys on which writes to one store meet: popular ones, of which it leads as many as others do, and hot ones where it leads them. */
export function keysOf(load: LoadSpec, { writeShare, hotPart }: Led): readonly KeyClass[] {
  if (writeShare === 0) return [];
  const hotShare = hotShareOf(load, 'writes');
  const hotHere = Math.min(1, (hotShare * hotPart) / writeShare);
  const popular = popularKeys(load.keys).map(({ share, each }) => ({ share: (1 - hotHere) * share, each: ((1 - hotShare) * each) / writeShare }));
  return hotHere === 0 ? popular : [...popular, { share: hotHere, each: hotShare / hotKeys / writeShare }];
}

/** The same for each store, where clients send transactions; raw commands take no latches. */
export function keysByStore(world: World, load: LoadSpec, leaders: readonly LeaderRoutes[]): ReadonlyMap<number, readonly KeyClass[]> {
  if (apiOf(load) !== 'txn') return none;
  const parts = hotParts(world, load);
  return new Map(leaders.map(({ leader, writeShare }) => [leader.id, keysOf(load, { writeShare, hotPart: parts.get(leader.id) ?? 0 })]));
}

const none: ReadonlyMap<number, readonly KeyClass[]> = new Map();

/** Which part of the hot keys each store leads. */
function hotParts(world: World, load: LoadSpec): ReadonlyMap<number, number> {
  const parts = new Map<number, number>();
  const { hot } = load;
  if (!hot || hotShareOf(load, 'writes') === 0) return parts;
  for (let key = firstHotKey(hot.at), left = hotKeys; left > 0; key++, left--) {
    const leader = world.index.byKey.holding(hexKey(key))?.leader ?? null;
    if (leader !== null) parts.set(leader, (parts.get(leader) ?? 0) + 1 / hotKeys);
  }
  return parts;
}
