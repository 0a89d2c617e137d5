import { defined } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { ignoredVoteLine, rejectedVoteLine } from './log-lines.ts';
import { type Peer, type Region, isQuorum, isVoter, peerOn } from './region.ts';

/** Without a word from a leader for so long, a follower doubts it. */
const forgottenMs = 10_000;

/** Who reaches whom, who misses a leader, and who would vote for whom: what a replica can know without asking PD. */
export class Votes {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether this region's leader can commit: it reaches a majority. */
  hasQuorum(region: Region, leader: Store): boolean {
    return this.areQuorum(region, leader, this.reachable(region, leader));
  }

  /** Whether this leader heard of a majority at some instant since then, as far as connections tell. */
  heardQuorum(region: Region, leader: Store, sinceMs: Millis): boolean {
    const { links } = this.#world;
    return isQuorum(region, (storeId) => {
      const other = this.#world.storeOf(storeId);
      return other === leader || (other !== undefined && isAlive(other) && (this.canFollow(leader, other) || (links.reaches(leader, other) && links.metAgain(leader, other, sinceMs))));
    });
  }

  /** Whether a store and these others are a majority of the region's voters. */
  areQuorum(region: Region, store: Store, others: readonly Store[]): boolean {
    return isQuorum(region, (storeId) => storeId === store.id || others.some(({ id }) => id === storeId));
  }

  /** The other voters that a replica reaches and whose answers it hears. */
  reachable(region: Region, store: Store): Store[] {
    return this.hearers(region, store).filter((other) => this.canFollow(store, other));
  }

  /** The other voters that what a replica sends arrives at. */
  hearers(region: Region, store: Store): Store[] {
    return region.peers.filter(isVoter).flatMap(({ storeId }) => {
      const other = this.#world.storeOf(storeId);
      return other && other !== store && isAlive(other) && this.#world.links.carries(store, other) ? [other] : [];
    });
  }

  /** Whether a follower hears this leader, and the leader its answers. */
  canFollow(leader: Store, follower: Store): boolean {
    return isAlive(follower) && this.#world.links.carries(leader, follower) && !this.#world.links.mute(follower, leader);
  }

  /** Who would vote for this candidate: a vote must be on disk before it is given, and nobody votes for a log that lacks what it has. */
  willing(region: Region, candidate: Store): Store[] {
    this.#world.logs.bringUp(region);
    return this.reachable(region, candidate).filter((voter) => this.seesLoss(region, voter) && !voter.host.disk.hung && this.#world.logs.grants(region, candidate, voter));
  }

  /** With which words a voter refuses. */
  refusal(region: Region, { voter, candidate }: { readonly voter: Store; readonly candidate: Store }): Entry {
    const [own, other] = [peerIn(region, voter), peerIn(region, candidate)];
    return this.#world.logs.grants(region, candidate, voter) ? ignoredVoteLine(region, own, other) : rejectedVoteLine(region, own, other);
  }

  /** No leader, as far as this store knows: its own connection to the leader's store must be gone, and what the leader says must not arrive on the leader's. */
  seesLoss(region: Region, store: Store): boolean {
    const leader = this.#world.storeOf(region.leader ?? region.formerLeader);
    const { links } = this.#world;
    if (leader && leader !== store && links.mute(store, leader) !== links.mute(leader, store)) return links.mute(leader, store) || (region.leader === null && this.#leaderForgot(region, leader));
    if (region.leader === null) return !leader || leader === store || !this.#world.links.connected(store, leader) || !leader.serving || this.#leaderForgot(region, leader);
    return leader !== undefined && leader !== store && !links.connected(store, leader) && !(isAlive(leader) && links.carries(leader, store));
  }

  /** The former leader is back as a follower, or stepped down. */
  #leaderForgot(region: Region, leader: Store): boolean {
    return leader.process.startedMs > region.leaderHeardMs || this.#world.engine.nowMs - region.leaderHeardMs > forgottenMs;
  }
}

/** Whether a store's process takes part at all. */
export const isAlive = (store: Store): boolean => store.serving && store.process.state === 'running';

/** A region's replica on a store that certainly has one. */
export const peerIn = (region: Region, store: Store): Peer => peerOn(region, store.id) ?? defined<Peer>(undefined, `replica of region ${region.id} on store ${store.id}`);
