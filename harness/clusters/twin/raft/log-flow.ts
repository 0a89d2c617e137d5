import { writtenBytesEach } from '../clients/values.ts';
import { meanMs } from '../metrics/shape.ts';
import type { Writers } from '../store/proposals.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { withRoom } from './full-disks.ts';
import { isQuorum, peerOn, type Region } from './region.ts';

/** `raft-log-gc-count-limit` and `raft-log-gc-size-limit`: three quarters of a region's size, in entries of a kilobyte and in bytes. */
const keptEntries = 196_608;
const keptBytes = 192 * 2 ** 20;

/** Which way a region's writes go: its leader and the followers that it reaches. */
export interface LogRoute {
  readonly leader: Store;
  readonly followerIds: readonly number[];
  /** Followers that get what it sends, and whose answers are lost. */
  readonly unheardIds: readonly number[];
  /** What tells it from other routes of its leader. */
  readonly key: string;
  /** The regions whose writes go this way. */
  readonly writers?: Writers;
}

/**
 * The regions' logs, fed by the flow of writes. Nothing is done for a write: a log is brought up to date when something
 * depends on it, and all that clients wrote since went the way that the region's route had until then. What is still under
 * way to a follower, or in a store writer's queue, is the write rate times the time that this takes (Little's law).
 */
export class LogFlow {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The region's log as it is at this moment. */
  bringUp(region: Region): void {
    this.#world.traffic.settle(region);
    this.#write(region);
  }

  /** From now on the region's writes go this way; undefined where it takes none. */
  reroute(region: Region, route: LogRoute | undefined): void {
    const { route: before } = region;
    if (before === route || (before && route && before.leader === route.leader && before.key === route.key)) return;
    this.bringUp(region);
    region.route = route;
    if (region.hasLog && route) this.#spread(region, route, true);
  }

  /** Whether a voter's log lets it vote for this candidate. */
  grants(region: Region, candidate: Store, voter: Store): boolean {
    return !region.hasLog || region.log.isUpToDate(candidate.id, voter.id);
  }

  /** An election is over: those who voted keep their promise, and the winner's first entry goes to whoever it reaches. */
  won(region: Region, winner: Store, { voters, term }: { readonly voters: readonly Store[]; readonly term: number }): void {
    region.log.elect(winner.id, voters.map((voter) => voter.id), term);
    region.log.append(winner.id, 1);
    this.#spread(region, { leader: winner, followerIds: this.#reached(region, winner) }, true);
  }

  /** The leader writes one entry of the group's own, such as a change of its members. */
  entry(region: Region, leader: Store): void {
    this.bringUp(region);
    region.log.append(leader.id, 1);
    this.#spread(region, { leader, followerIds: this.#reached(region, leader) }, true);
  }

  /** A leader sends whoever it reaches what they lack, also where no client writes. */
  resend(region: Region, leader: Store): void {
    if (region.hasLog) this.#spread(region, { leader, followerIds: this.#reached(region, leader) }, true);
  }

  /** Whether a follower needs entries that its leader's log no longer has: a leader keeps so many, and so many bytes, for whoever is away. */
  isBeyond(region: Region, leader: Store, follower: Store): boolean {
    this.bringUp(region);
    const entries = region.hasLog ? region.log.lag(leader.id, follower.id) : 0;
    return entries > keptEntries || entries * writtenBytesEach(this.#world.traffic.load) > keptBytes;
  }

  /** A follower has everything that its leader has. */
  caughtUp(region: Region, leader: Store, follower: Store): void {
    this.bringUp(region);
    if (!region.hasLog || !peerOn(region, follower.id)) return;
    this.#copy(region, leader, { follower, behind: 0 });
    this.#commit(region, leader);
  }

  /** A store's process is gone, and with it what waited for its disk; one that left in order wrote it first. */
  gone(store: Store, clean: boolean): void {
    for (const region of this.#world.index.of(store.id).held.items) {
      this.bringUp(region);
      if (!region.hasLog) continue;
      if (clean) region.log.persist(store.id);
      region.log.crash(store.id);
    }
  }

  /** Whoever gets the leader's entries now and can say so. */
  #reached(region: Region, leader: Store): readonly number[] {
    const { links } = this.#world;
    const followerIds = region.peers.flatMap(({ storeId }) => {
      const store = this.#world.storeOf(storeId);
      const hears = store && store !== leader && store.serving && store.process.state === 'running' && !store.host.disk.hung && links.carries(leader, store) && !links.mute(store, leader);
      return hears ? [storeId] : [];
    });
    return withRoom(this.#world, region, { leader, followerIds });
  }

  #write(region: Region): void {
    const { route } = region;
    const entries = Math.floor(region.unlogged);
    if (entries === 0 || !route) return;
    region.unlogged -= entries;
    region.log.append(route.leader.id, entries);
    this.#spread(region, route, false);
  }

  #spread(region: Region, { leader, followerIds }: Pick<LogRoute, 'leader' | 'followerIds'>, settled: boolean): void {
    const perMs = settled ? 0 : this.#world.traffic.writesPerSecond(region) / 1_000;
    region.log.persist(leader.id, Math.floor(perMs * meanMs(leader.queue.persist)));
    for (const id of followerIds) {
      const follower = this.#world.storeOf(id);
      // Whoever has no data yet waits for a whole copy.
      if (follower && !this.#world.snapshots.owes(region, id)) this.#copy(region, leader, { follower, behind: Math.floor(perMs * leader.host.network.roundTripTo(follower.host.network).addedMs / 2), unwritten: Math.floor(perMs * meanMs(follower.queue.persist)) });
    }
    this.#commit(region, leader);
  }

  #copy(region: Region, leader: Store, { follower, behind, unwritten = 0 }: { readonly follower: Store; readonly behind: number; readonly unwritten?: number }): void {
    const { log } = region;
    log.replicate(leader.id, follower.id, log.on(leader.id).last - behind);
    log.persist(follower.id, unwritten);
  }

  #commit(region: Region, leader: Store): void {
    region.log.commit(leader.id, (has) => isQuorum(region, has));
  }
}

