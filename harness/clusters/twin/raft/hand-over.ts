import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { ackTransferLine, orderLine, rejectedTransferLine, timeoutNowLine, transferLines } from './hand-over-lines.ts';
import { pingAll, travelMs } from './pings.ts';
import { isVoter, peerOn, type Region } from './region.ts';
import { peerIn, type Votes } from './votes.ts';

interface Means {
  readonly random: Random;
  readonly votes: Votes;
  /** The heir campaigns at once, and the leader votes for it. */
  readonly win: (region: Region, heir: Store, leader: Store) => void;
}

/** Whoever campaigns has a message for all of the group. */
export function greetAll(world: World, region: Region, store: Store): void {
  for (const { storeId } of region.peers) world.links.meet(store, world.storeOf(storeId) ?? store);
}

/** A leader hands over: it asks whether the heir would lead, the heir says yes, and is told to campaign at once. */
export class HandOver {
  readonly #world: World;
  readonly #means: Means;

  constructor(world: World, means: Means) {
    this.#world = world;
    this.#means = means;
  }

  /** PD's order. Nothing happens where the target cannot be reached, or where the order waits behind a log that hangs. */
  onOrder(region: Region, targetId: number): void {
    const leader = this.#world.storeOf(region.leader);
    if (leader && !leader.host.network.isCut('control-plane')) this.#begin(region, leader, targetId, orderLine);
  }

  /** A leader gives way by itself. */
  byItself(region: Region, targetId: number): void {
    const leader = this.#world.storeOf(region.leader);
    if (leader) this.#begin(region, leader, targetId);
  }

  #begin(region: Region, leader: Store, targetId: number, order?: typeof orderLine): void {
    const target = this.#world.storeOf(targetId);
    const peer = peerOn(region, targetId);
    if (!target || !peer || !isVoter(peer) || leader === target || leader.host.disk.hung) return;
    leader.process.after(this.#means.random.between(1, 4), () => {
      if (region.leader !== leader.id || !peerOn(region, target.id) || !this.#means.votes.canFollow(leader, target) || region.lags(target.id)) return;
      const [from, to] = [peerIn(region, leader), peerIn(region, target)];
      if (order) leader.log(order(region, from, to));
      this.#pingOthers(region, leader, target);
      this.#send(leader, target, () => this.#answer(region, leader, target));
    });
  }

  /** The heir's own answer comes before its yes, on the same connection. */
  #pingOthers(region: Region, leader: Store, target: Store): void {
    const { random, votes } = this.#means;
    const followers = this.#world.stores.filter((store) => store !== leader && store !== target && peerOn(region, store.id) !== undefined && votes.canFollow(leader, store));
    pingAll(region, { leader, followers, random });
  }

  /** Does something when a message has arrived. */
  #send(from: Store, to: Store, act: () => void): void {
    to.process.after(travelMs(this.#means.random, from, to), act);
  }

  #answer(region: Region, leader: Store, target: Store): void {
    if (region.leader !== leader.id || !target.serving || !peerOn(region, target.id)) return;
    const [from, to] = [peerIn(region, leader), peerIn(region, target)];
    if (target.space.refusesWrites) return target.log(rejectedTransferLine(region, from, to));
    target.log(ackTransferLine(region, from, to));
    this.#send(target, leader, () => {
      if (region.leader !== leader.id) return;
      leader.logAll(transferLines(region, from, to));
      leader.metrics.sent.of('timeout_now').add(1);
      // It is told, and the leader hears of its campaign and gives way.
      this.#send(leader, target, () => this.#send(target, leader, () => this.#takeOver(region, leader, target)));
    });
  }

  #takeOver(region: Region, leader: Store, target: Store): void {
    if (region.leader !== leader.id || !target.serving || target.host.disk.hung || target.space.refusesWrites || !peerOn(region, target.id)) return;
    greetAll(this.#world, region, target);
    this.#world.logs.caughtUp(region, leader, target);
    target.log(timeoutNowLine(region, peerIn(region, target), peerIn(region, leader)));
    this.#means.win(region, target, leader);
  }
}
