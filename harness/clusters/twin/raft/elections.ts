import type { Random } from '../../../../src/kernel/random.ts';
import type { DialDirection } from '../../contract.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { CatchUp } from './catch-up.ts';
import { detectsDeadlocks, detectorLine } from './deadlock-detector.ts';
import { dropEarlyReads } from './early-reads.ts';
import { FullDisks } from './full-disks.ts';
import { greetAll, HandOver } from './hand-over.ts';
import { campaignLines, givingWayLines, steppedDownLine, victoryLines } from './log-lines.ts';
import { type Region, isVoter, peerOn } from './region.ts';
import { isAlive, peerIn, Votes } from './votes.ts';

const tickMs = 1_000;
/** `raft-election-timeout-ticks`: each follower waits 10 to 19 ticks, drawn anew each time. */
const electionTicks = { least: 10, span: 10 };
/** Of two stores one's tick comes before the other's: who campaigns at the first tick of all may ask one that has counted to nine. */
const lateTick = 0.5;
/** A group that is woken by an `unreachable` report replays the ticks that it missed, at most so many. */
const replayedTicksMax = 7;
const hibernatedTicks = 2;
const heartbeatMs = 2_000;

/**
 * Raft's leadership: who campaigns when, who votes, who gives way.
 *
 * A follower campaigns when its leader has been lost for 10..19 ticks, counted from the last message, and its raft
 * client has reported the leader's store unreachable (measured: elections fall 3..15 s after that report). A voter
 * that has not noticed the loss itself ignores the pre-vote. The winner needs a majority of voters that it can reach.
 */
export class Elections {
  readonly fullDisks: FullDisks;
  /** Leaderships that are handed over. */
  readonly handOver: HandOver;
  readonly #world: World;
  readonly #random: Random;
  readonly #votes: Votes;
  readonly #catchUp: CatchUp;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('elections');
    this.#votes = new Votes(world);
    this.#catchUp = new CatchUp(world, { random: this.#random, votes: this.#votes });
    this.fullDisks = new FullDisks(world);
    this.handOver = new HandOver(world, { random: this.#random, votes: this.#votes, win: (region, heir, leader) => {
      heir.logAll(campaignLines(region, peerIn(region, heir), false));
      this.#win(region, heir, leader, false);
    } });
  }

  /** A process died: what it meant to campaign for is forgotten with it, and its regions have no leader until the followers' clocks run out. */
  leaderGone(store: Store): void {
    const { held, led } = this.#world.index.of(store.id);
    for (const region of held.items) region.withdrawCampaign(store.id);
    const regions = [...led.items];
    for (const region of regions) {
      this.#silence(region);
      region.formerLeader = store.id;
    }
    // From the last on, so that none of those that are left has to move up.
    for (const region of regions.reverse()) region.leader = null;
  }

  /** A store is up: a region whose only replica is here needs nobody else. */
  storeReady(store: Store): void {
    for (const region of this.#world.index.leaderless) {
      if (region.peers.length === 1 && peerOn(region, store.id)) this.#waitToCampaign(region, store, electionTicks.least);
    }
  }

  /** A leader fell silent but is there: it still believes that it leads. */
  leaderSilent(store: Store): void {
    for (const region of this.#world.index.of(store.id).led.items) this.#silence(region);
  }

  /** One way is closed: followers that hear nothing wait to campaign, a leader that hears nothing counts its majority. */
  lopsided(store: Store, direction: DialDirection): void {
    this.leaderSilent(store);
    for (const region of this.#world.index.of(store.id).led.items) {
      if (direction === 'incoming') this.#checkQuorum(region, store);
      else if (!region.hibernated) this.#othersWait(region, store);
    }
  }

  /** A follower's answers arrive again. */
  answersAgain(from: Store, to: Store): void {
    for (const region of this.#world.index.of(from.id).held.items) if (region.leader === to.id && region.lags(from.id)) this.#catchUp.bringUpToDate(region, to, from);
  }

  /** A raft client gave up a connection: followers of leaders there start to wait, leaders count their majority. */
  unreachable(reporter: Store, lost: Store): void {
    for (const region of this.#world.index.of(lost.id).held.items) {
      if (!peerOn(region, reporter.id)) continue;
      if (region.leader === reporter.id) this.#checkQuorum(region, reporter);
      else if (region.leader === lost.id || region.leader === null) this.#waitToCampaign(region, reporter, this.#missedTicks(region));
    }
    this.#world.hibernation.lost(reporter, lost);
  }

  /** A connection works again: lagging replicas catch up, and leaderless regions can vote. */
  reachable(from: Store, to: Store): void {
    for (const region of this.#world.index.of(to.id).held.items) {
      if (!peerOn(region, from.id)) continue;
      if (region.leader === from.id && !this.#world.snapshots.owes(region, to.id)) this.#catchUp.meet(region, from, to);
      if (region.leader === null) this.#waitToCampaign(region, from, 0);
    }
  }

  /** A replica that slept without losing its connections answers again: leaders that were elected meanwhile bring it up to date. */
  audible(store: Store): void {
    for (const region of this.#world.index.of(store.id).held.items) {
      const leader = region.lags(store.id) ? this.#world.storeOf(region.leader) : undefined;
      if (leader && this.#votes.canFollow(leader, store)) this.#catchUp.wake(region, leader, store);
    }
  }

  #waitToCampaign(region: Region, store: Store, missedTicks: number): void {
    const peer = peerOn(region, store.id);
    if (!peer || !isVoter(peer) || region.campaigns.has(store.id)) return;
    const beyond = this.#random.below(electionTicks.span);
    const waitMs = Math.max(1, electionTicks.least + beyond - missedTicks) * tickMs + this.#random.below(300);
    region.campaigns.set(store.id, this.#world.engine.nowMs + waitMs);
    store.process.after(waitMs, () => this.#campaign(region, store, beyond === 0 && this.#random.chance(lateTick)));
  }

  /** `early`: whoever is asked has one tick to go until it believes that the leader is gone. */
  #campaign(region: Region, store: Store, early: boolean): void {
    region.campaigns.delete(store.id);
    const peer = peerOn(region, store.id);
    if (!peer || !this.#votes.seesLoss(region, store)) return;
    if (store.host.disk.hung) return this.#waitToCampaign(region, store, 0);
    greetAll(this.#world, region, store);
    store.logAll(campaignLines(region, peer, true));
    for (const { storeId } of region.peers) this.#ask(store, storeId);
    const [hearers, voters] = [this.#votes.hearers(region, store), this.#votes.reachable(region, store)];
    const willing = this.#votes.willing(region, store);
    const voter = willing[0] ?? store;
    if ((early && hearers.length > 0) || !this.#votes.areQuorum(region, store, willing)) {
      if (voters.length === 0) store.metrics.sent.of('prevote').add(region.peers.length - 1);
      for (const deaf of hearers) if (early || !willing.includes(deaf)) deaf.log(this.#votes.refusal(region, { voter: deaf, candidate: store }));
      return this.#waitToCampaign(region, store, 0);
    }
    store.metrics.sent.of('prevote').add(region.peers.length - 1);
    voter.metrics.sent.of('prevote_resp').add(1);
    store.process.after(this.#random.between(2, 40), () => {
      if (!peerOn(region, store.id) || !peerOn(region, voter.id) || !this.#votes.seesLoss(region, store)) return;
      if (!this.#votes.areQuorum(region, store, this.#votes.willing(region, store))) return this.#waitToCampaign(region, store, 0);
      this.#win(region, store, voter, true);
    });
  }

  /** A request for a vote that no connection carries is counted as that. */
  #ask(store: Store, storeId: number): void {
    const voter = this.#world.storeOf(storeId);
    if (voter && voter !== store) this.#world.links.undelivered(store, voter, 1);
  }

  #win(region: Region, winner: Store, voter: Store, preVote: boolean): void {
    const peer = peerIn(region, winner);
    const voters = preVote ? this.#votes.willing(region, winner) : this.#votes.reachable(region, winner);
    winner.logAll(victoryLines(region, peer, peerIn(region, voter), preVote));
    for (const other of this.#votes.hearers(region, winner)) {
      const role = region.leader === other.id ? 'Leader' : 'Follower';
      other.logAll(givingWayLines(region, peerIn(region, other), peer, role));
      if (role === 'Leader' && detectsDeadlocks(region)) other.log(detectorLine(other, 'lost'));
      other.metrics.sent.of('vote_resp').add(1);
    }
    winner.metrics.sent.of('vote').add(region.peers.length - 1);
    if (detectsDeadlocks(region)) winner.log(detectorLine(winner, 'won'));
    dropEarlyReads(this.#world, { region, winner, random: this.#random });
    region.formerLeader = region.leader ?? region.formerLeader;
    region.leader = winner.id;
    region.term++;
    this.#world.logs.won(region, winner, { voters, term: region.term });
    region.campaigns.clear();
    region.leaderHeardMs = this.#world.engine.nowMs;
    this.#matchFollowers(region, winner);
    this.#world.pd.reports.report(region);
  }

  /** A new leader knows nothing of followers that it cannot reach: they are pending until they answer. */
  #matchFollowers(region: Region, leader: Store): void {
    region.pending.clear();
    for (const { storeId } of region.peers) {
      const follower = this.#world.storeOf(storeId);
      if (follower && follower !== leader && !this.#votes.canFollow(leader, follower)) region.pending.add(storeId);
    }
    this.#world.snapshots.ledBy(region);
  }

  /** A leader that misses its majority steps down after an election timeout; a hibernated one does not notice. */
  #checkQuorum(region: Region, leader: Store): void {
    if (region.hibernated || this.#votes.hasQuorum(region, leader)) return;
    const sinceMs = this.#world.engine.nowMs;
    leader.process.after(this.#random.between(10_000, 20_000), () => {
      if (!peerOn(region, leader.id) || this.#votes.heardQuorum(region, leader, sinceMs)) return;
      const deposed = region.leader !== leader.id;
      // One that was cut off does not know that the others have elected; one that was not, does.
      if (deposed && !leader.host.network.isCut('peers')) return;
      leader.log(steppedDownLine(region, peerIn(region, leader)));
      this.#world.resolved.deposed(region, leader);
      if (deposed) return this.#waitToCampaign(region, leader, 0);
      region.formerLeader = leader.id;
      region.leader = null;
      this.#waitToCampaign(region, leader, 0);
      if (!leader.host.network.dialsBlocked('incoming')) return;
      // Followers heard it until now, and begin to count now.
      this.#silence(region);
      this.#othersWait(region, leader);
    });
  }

  #othersWait(region: Region, leader: Store): void {
    for (const { storeId } of region.peers) {
      const other = this.#world.storeOf(storeId);
      if (other && other !== leader && isAlive(other)) this.#waitToCampaign(region, other, this.#missedTicks(region));
    }
  }

  #missedTicks(region: Region): number {
    if (region.hibernated) return hibernatedTicks;
    return Math.min(replayedTicksMax, (this.#world.engine.nowMs - region.leaderHeardMs) / tickMs);
  }

  #silence(region: Region): void {
    region.leaderHeardMs = this.#world.engine.nowMs - this.#random.below(heartbeatMs);
  }
}
