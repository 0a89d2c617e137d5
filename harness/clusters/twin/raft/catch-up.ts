import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { detectsDeadlocks, detectorLine } from './deadlock-detector.ts';
import { rejoinLines } from './log-lines.ts';
import type { Region } from './region.ts';
import { peerIn, type Votes } from './votes.ts';

/** How followers that were away get what they missed: from their leader's log, or as a whole copy where the log no longer goes back so far. */
export class CatchUp {
  readonly #world: World;
  readonly #random: Random;
  readonly #votes: Votes;

  constructor(world: World, { random, votes }: { readonly random: Random; readonly votes: Votes }) {
    this.#world = world;
    this.#random = random;
    this.#votes = votes;
  }

  /** A leader reaches a follower again: one that the log can help is helped by it, another needs a copy. */
  meet(region: Region, leader: Store, follower: Store): void {
    if (region.lags(follower.id)) this.wake(region, leader, follower);
    else if (this.#world.logs.isBeyond(region, leader, follower)) this.#world.snapshots.begin(region, peerIn(region, follower), true);
  }

  /** A follower learns of the term that it missed. */
  wake(region: Region, leader: Store, follower: Store): void {
    const wasLeader = region.formerLeader === follower.id && follower.process.startedMs < region.leaderHeardMs;
    follower.logAll(rejoinLines(region, peerIn(region, follower), region.term - 1, wasLeader ? 'Leader' : 'Follower'));
    if (wasLeader && detectsDeadlocks(region)) follower.log(detectorLine(follower, 'lost'));
    this.#world.resolved.deposed(region, follower);
    this.bringUpToDate(region, leader, follower);
  }

  /** A follower gets the entries that it lacks, within a second or so. */
  bringUpToDate(region: Region, leader: Store, follower: Store): void {
    if (this.#world.logs.isBeyond(region, leader, follower)) return this.#world.snapshots.begin(region, peerIn(region, follower), true);
    leader.process.after(this.#random.between(80, 1_200), () => {
      if (region.leader !== leader.id || !this.#votes.canFollow(leader, follower) || this.#world.snapshots.owes(region, follower.id) || !region.lags(follower.id)) return;
      region.pending.delete(follower.id);
      this.#world.logs.caughtUp(region, leader, follower);
      this.#world.pd.reports.report(region);
    });
  }
}
