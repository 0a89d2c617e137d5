import { type Region, isQuorum } from '../raft/region.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { shareOf } from './shares.ts';

/** Regions that are served alike: one leader, the same followers in reach. */
export interface RouteGroup {
  readonly leader: Store;
  readonly followerIds: readonly number[];
  /** Both kinds of followers as a text. */
  readonly key: string;
  /** Followers that get the entries and whose acknowledgements do not arrive. */
  readonly unheardIds: readonly number[];
  /** The lowest id among them. */
  readonly firstRegion: number;
  /** Their part of all reads and of all writes. */
  readShare: number;
  writeShare: number;
}

/** A region whose requests wait: all of them without a leader or while it merges, only writes without a majority. */
export interface Stalled {
  readonly region: Region;
  readonly reads: boolean;
}

/** Where the requests go while leaders, connections and processes stay as they are. */
export interface Plan {
  /** In order of their first regions. */
  readonly groups: readonly RouteGroup[];
  readonly stalled: readonly Stalled[];
}

/** What one leader takes: the groups of its regions, and their shares together. */
export class LeaderRoutes {
  readonly leader: Store;
  readonly groups: readonly RouteGroup[];
  readonly readShare: number;
  readonly writeShare: number;
  /** For each group the share of it and of those before. */
  readonly #upTo: Float64Array;

  constructor(leader: Store, groups: readonly RouteGroup[]) {
    this.leader = leader;
    this.groups = groups;
    this.#upTo = new Float64Array(groups.length);
    let [readShare, writeShare] = [0, 0];
    groups.forEach((group, at) => {
      readShare += group.readShare;
      this.#upTo[at] = writeShare += group.writeShare;
    });
    this.readShare = readShare;
    this.writeShare = writeShare;
  }

  /** The group that takes a write, `at` of all shares of writes, 0 to 1. */
  groupAt(at: number): RouteGroup {
    const wanted = at * this.writeShare;
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#upTo[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return this.groups[low] as RouteGroup;
  }
}

/** Whether a store answers anybody. */
export const isAwake = (store: Store): boolean => store.serving && store.process.state === 'running';

/** The routes of the regions that one store leads, or of those without a leader; `onRoute` hears of each region's, undefined where writes wait. */
export function routesOf(world: World, leaderId: number | null, onRoute: (region: Region, route: RouteGroup | undefined) => void = () => {}): Plan {
  const leader = world.storeOf(leaderId);
  const regions = leaderId === null ? world.index.leaderless : world.index.of(leaderId).led.items;
  if (!leader || !isAwake(leader) || leader.host.network.isCut('clients')) {
    for (const region of regions) onRoute(region, undefined);
    return { groups: [], stalled: regions.map((region) => ({ region, reads: true })) };
  }
  const groups = new Map<string, RouteGroup>();
  const stalled: Stalled[] = [];
  const shares = { load: world.traffic.load };
  const [follows, unheard] = [followersOf(world, leader, false), followersOf(world, leader, true)];
  // A leader whose own log hangs, or that keeps the rest of its disk for raft, proposes nothing, however many followers would have it.
  const proposes = !leader.host.disk.hung && !leader.space.refusesWrites;
  for (const region of regions) {
    const followerIds = region.peers.map((peer) => peer.storeId).filter(follows);
    const quorate = proposes && isQuorum(region, (id) => id === leader.id || followerIds.includes(id));
    const merges = region.merging !== undefined;
    if (!quorate || merges) stalled.push({ region, reads: merges });
    const unheardIds = region.peers.map((peer) => peer.storeId).filter(unheard);
    const key = `${followerIds.join(',')}/${unheardIds.join(',')}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { leader, followerIds, unheardIds, key, firstRegion: region.id, readShare: 0, writeShare: 0 }));
    onRoute(region, quorate && !merges ? group : undefined);
    if (merges) continue;
    group.readShare += shareOf(region, 'reads', shares);
    if (quorate) group.writeShare += shareOf(region, 'writes', shares);
  }
  return { groups: [...groups.values()], stalled };
}

/** Says of each store whether it is a follower in this leader's reach; those whose acknowledgements are lost on their way are the unheard ones. */
function followersOf(world: World, leader: Store, unheard: boolean): (id: number) => boolean {
  const known = new Map<number, boolean>();
  return (id) => {
    let follows = known.get(id);
    if (follows === undefined) {
      const follower = world.storeOf(id);
      known.set(id, (follows = follower !== undefined && follower !== leader && isAwake(follower) && !follower.host.disk.hung && world.links.carries(leader, follower) && world.links.mute(follower, leader) === unheard));
    }
    return follows;
  };
}
