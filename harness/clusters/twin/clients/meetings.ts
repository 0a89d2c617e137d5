import type { LoadSpec } from '../../contract.ts';
import { hexKey } from '../raft/key-space.ts';
import type { Meetings } from '../store/latches.ts';
import type { World } from '../world.ts';
import { keyShares } from './keys.ts';
import type { LeaderRoutes } from './plan.ts';
import { firstHotKey, hotKeys } from './shares.ts';
import { apiOf } from './values.ts';

/** What one store leads: its share of all writes, and its part of the keys that are hot. */
export interface Led {
  readonly writeShare: number;
  readonly hotPart: number;
}

/** How often writes to one store meet on a key: among the usual keys, and among hot ones where it leads them. */
export function meetingsOf({ keys, hot, shape, ratePerSecond, reads }: LoadSpec, { writeShare, hotPart }: Led): Meetings {
  const perSecond = shape === 'idle' ? 0 : ratePerSecond * (1 - reads);
  const { same, most } = keyShares(keys);
  const hotShare = hot?.of === 'writes' ? hot.share : 0;
  const hotHere = writeShare > 0 ? Math.min(1, (hotShare * hotPart) / writeShare) : 0;
  return {
    ownPerSecond: perSecond * ((1 - hotHere) * (1 - hotShare) * same + (hotHere * hotShare) / hotKeys),
    mostPerSecond: perSecond * Math.max((1 - hotShare) * most, hotPart > 0 ? hotShare / hotKeys : 0),
  };
}

/** The same for each store, where clients send transactions; raw commands take no latches. */
export function meetingsByStore(world: World, load: LoadSpec, leaders: readonly LeaderRoutes[]): ReadonlyMap<number, Meetings> {
  if (apiOf(load) !== 'txn') return none;
  const parts = hotParts(world, load);
  return new Map(leaders.map(({ leader, writeShare }) => [leader.id, meetingsOf(load, { writeShare, hotPart: parts.get(leader.id) ?? 0 })]));
}

const none: ReadonlyMap<number, Meetings> = new Map();

/** Which part of the hot keys each store leads. */
function hotParts(world: World, { hot }: LoadSpec): ReadonlyMap<number, number> {
  const parts = new Map<number, number>();
  if (hot?.of !== 'writes') return parts;
  for (let key = firstHotKey(hot.at), left = hotKeys; left > 0; key++, left--) {
    const leader = world.index.byKey.holding(hexKey(key))?.leader ?? null;
    if (leader !== null) parts.set(leader, (parts.get(leader) ?? 0) + 1 / hotKeys);
  }
  return parts;
}
