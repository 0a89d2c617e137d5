import type { LoadSpec } from '../../contract.ts';
import type { CommitLoad, StoreLoad } from '../store/pipeline.ts';
import { extraReadSeconds } from '../store/read-path.ts';
import type { World } from '../world.ts';
import { keysByStore } from './meetings.ts';
import type { LeaderRoutes } from './plan.ts';
import { apiOf, proposedLarge, valuesPerWriteOf, writtenBytesEach } from './values.ts';

/** A tick begins: no store was asked for anything yet, and all that they will be asked is as large and as hard to serve as this load says. */
export function beginLoads(loads: Map<number, StoreLoad>, world: World, { load, leaders }: { readonly load: LoadSpec; readonly leaders: readonly LeaderRoutes[] }): void {
  const [api, large, valueBytes, valuesPerWrite] = [apiOf(load), proposedLarge(load), writtenBytesEach(load), valuesPerWriteOf(load)];
  const readers = { load, stores: world.stores.length };
  const keys = keysByStore(world, load, leaders);
  for (const store of world.stores) loads.set(store.id, {
    reads: 0, writes: 0, followed: 0, entries: 0, followedEntries: 0, ofTransactions: 0, followedOfTransactions: 0, refused: 0, tooLarge: 0, api, valueBytes, valuesPerWrite, readBytes: load.valueBytes, large,
    contended: keys.get(store.id), readSeconds: extraReadSeconds(store, readers), holdsRegions: world.index.of(store.id).held.size > 0, news: world.commitNews.of(store), commits: new Map(),
  });
}

/** Each follower gets what its leaders send, entry by entry: nothing is lost between them. */
export function followAll(loads: ReadonlyMap<number, StoreLoad>): void {
  for (const load of loads.values()) load.followed = load.followedEntries = load.followedOfTransactions = 0;
  for (const { commits } of loads.values()) for (const each of commits.values()) {
    for (const id of each.followerIds) follow(loads.get(id), each);
    for (const id of each.unheardIds) follow(loads.get(id), each);
  }
}

function follow(load: StoreLoad | undefined, { writes, entries, ofTransactions }: CommitLoad): void {
  if (!load) return;
  load.followed += writes;
  load.followedEntries += entries;
  load.followedOfTransactions += ofTransactions;
}
