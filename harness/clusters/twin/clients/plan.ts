import { withRoom } from '../raft/full-disks.ts';
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
  /** Their part of all reads. */
  readShare: number;
  /** Those of them that take writes. */
  readonly writers: { regions: number; share: number; topShare: number };
}

/** A region whose requests wait: all of them without a leader or while it merges, without a majority writes, and reads from the end of the lease on. */
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
      this.#upTo[at] = writeShare += group.writers.share;
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
  const { follows, unheard, hears } = followersOf(world, leader);
  // A leader whose own log hangs, or that keeps the rest of its disk for raft, proposes nothing, however many followers would have it.
  const proposes = !leader.host.disk.hung && !leader.space.refusesWrites;
  for (const region of regions) {
    const followerIds = withRoom(world, region, { leader, followerIds: region.peers.map((peer) => peer.storeId).filter(follows) });
    const quorate = proposes && isQuorum(region, (id) => id === leader.id || followerIds.includes(id));
    const merges = region.merging !== undefined;
    const reads = merges || !mayRead(world, { region, leader, heard: quorate || isQuorum(region, (id) => id === leader.id || hears(id)) });
    if (!quorate || merges) stalled.push({ region, reads });
    const unheardIds = region.peers.map((peer) => peer.storeId).filter(unheard);
    const key = `${followerIds.join(',')}/${unheardIds.join(',')}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { leader, followerIds, unheardIds, key, firstRegion: region.id, readShare: 0, writers: { regions: 0, share: 0, topShare: 0 } }));
    onRoute(region, quorate && !merges ? group : undefined);
    if (!reads) group.readShare += shareOf(region, 'reads', shares);
    if (merges) continue;
    if (quorate) addWriter(group.writers, shareOf(region, 'writes', shares));
  }
  return { groups: [...groups.values()], stalled };
}

function addWriter(writers: RouteGroup['writers'], share: number): void {
  writers.regions++;
  writers.share += share;
  writers.topShare = Math.max(writers.topShare, share);
}

/** Whether a leader answers reads: a majority hears it, or heard it within its lease. */
function mayRead({ leases }: World, { region, leader, heard }: { readonly region: Region; readonly leader: Store; readonly heard: boolean }): boolean {
  if (heard) leases.renew(region);
  return heard || leases.outlasts(region, leader.id);
}

type SaysOfStore = (id: number) => boolean;

/**
 * Which stores follow this leader; those whose acknowledgements are lost on their way are the unheard ones. One whose disk hangs
 * takes no entries, but still hears that its leader is there.
 */
function followersOf(world: World, leader: Store): Readonly<Record<'follows' | 'unheard' | 'hears', SaysOfStore>> {
  const ofReached = (is: (follower: Store) => boolean): SaysOfStore => {
    const known = new Map<number, boolean>();
    return (id) => {
      let answer = known.get(id);
      if (answer === undefined) {
        const follower = world.storeOf(id);
        known.set(id, (answer = follower !== undefined && follower !== leader && isAwake(follower) && world.links.carries(leader, follower) && is(follower)));
      }
      return answer;
    };
  };
  const mute = (follower: Store) => world.links.mute(follower, leader);
  return {
    follows: ofReached((follower) => !follower.host.disk.hung && !mute(follower)),
    unheard: ofReached((follower) => !follower.host.disk.hung && mute(follower)),
    hears: ofReached((follower) => !mute(follower)),
  };
}
