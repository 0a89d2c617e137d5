import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { normal } from '../noise.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { checkFailedLine, checkSlowLine, followerGapLines, leaderGapLine, unconfirmedLine } from './lines.ts';
import type { ResolvedMeters } from './meters.ts';

/** `resolved-ts.advance-ts-interval`. */
const advanceMs: Millis = 20_000;
/** How often the worker looks at all its replicas; with the advance, whose answers come a little later. */
const surveyMs: Millis = 10_000;
const surveyAfterMs: Millis = 12;
/** Whoever does not answer is waited for so long. */
const checkTimeoutMs: Millis = 5_000;
/** A leader may be one interval and one time-out behind, a follower twice as much, and a second more, before that is told. */
const toldMs = { leader: advanceMs + checkTimeoutMs + 1_000, follower: 2 * (advanceMs + checkTimeoutMs) + 1_000 } as const;
/** Measured in recordings/tikv-partition-full: an answer takes 1.5 ms, counted by a clock of 4 ms. */
const answerMs = { median: 1, sigma: 0.9 } as const;
/**
 * As soon as majorities have agreed nobody waits for the last answer, and its question may be called off before it is read. Counted in the
 * quiet minutes of all recordings: in three of a hundred advances a follower hears of it one advance later.
 */
const calledOffShare = 0.03;

/** The resolved-ts worker of one process: advances what its store leads, and looks how far all its replicas are. */
export class ResolvedWorker {
  readonly #world: World;
  readonly #store: Store;
  readonly #meters: ResolvedMeters;
  readonly #random: Random;
  /** Stores that it has a connection to. */
  readonly #clients = new Set<Store>();

  constructor(world: World, store: Store, meters: ResolvedMeters) {
    this.#world = world;
    this.#store = store;
    this.#meters = meters;
    this.#random = world.random.fork(`resolved-ts-${store.node}-${store.process.pid}`);
    const firstMs = 1 + (store.process.pid % advanceMs);
    store.process.every(advanceMs, firstMs, () => this.#advance());
    store.process.every(surveyMs, (firstMs % surveyMs) + surveyAfterMs, () => this.#survey());
  }

  /** Asks PD for a timestamp and the other stores whether they agree on the leaders. */
  #advance(): void {
    const { resolved, index, engine, links } = this.#world;
    const store = this.#store;
    const { led } = index.of(store.id);
    const believed = resolved.believedBy(store);
    const checking = led.size + believed;
    const others = links.metBy(store);
    if (checking === 0) return;
    if (!store.reachesPd) this.#meters.failed(checking);
    const answering = others.filter((other) => this.#answers(other));
    const told = this.#withoutLast(answering, answering.length === others.length);
    const valid = resolved.progress.advance({
      leaderId: store.id, nowMs: engine.nowMs, tsMs: store.reachesPd ? engine.nowMs : undefined, told: new Set(told.map(({ id }) => id)),
      confirmed: new Set(answering.map(({ id }) => id)), everybody: answering.length === others.length,
    });
    this.#count(others, answering, checking);
    this.#tell(others.filter((other) => !answering.includes(other)), { checking, valid, asked: others.length });
  }

  #answers(other: Store): boolean {
    return other.serving && other.process.state === 'running' && this.#world.links.reaches(this.#store, other);
  }

  #withoutLast(answering: readonly Store[], all: boolean): readonly Store[] {
    if (!all || answering.length < 2) return answering;
    const last = this.#random.pick(answering);
    return this.#random.chance(Math.min(1, calledOffShare * last.host.cpu.slowdown)) ? answering.filter((other) => other !== last) : answering;
  }

  #count(others: readonly Store[], answering: readonly Store[], checking: number): void {
    let mostMs = 0;
    for (const other of others) {
      const canCall = this.#clients.has(other) || this.#store.reachesPd;
      const spanMs = answering.includes(other) ? this.#answerMs(other) : undefined;
      if (spanMs !== undefined && !this.#clients.has(other)) this.#connect(other);
      mostMs = Math.max(mostMs, spanMs ?? 0);
      this.#meters.asked(checking, spanMs ?? (canCall ? checkTimeoutMs : undefined));
    }
    this.#meters.checked(mostMs);
  }

  #connect(other: Store): void {
    this.#clients.add(other);
    this.#meters.connected();
  }

  #answerMs(other: Store): Millis {
    const { network, cpu } = other.host;
    return this.#store.host.network.roundTripTo(network).addedMs + answerMs.median * cpu.slowdown * Math.exp(answerMs.sigma * normal(this.#random));
  }

  /** Who cannot be asked is told of when it is noticed before the majorities have agreed: one that refuses at once may be, one that is silent never. */
  #tell(silent: readonly Store[], { checking, valid, asked }: { readonly checking: number; readonly valid: number; readonly asked: number }): void {
    const agreed = valid === checking;
    const refusing = silent.filter((other) => other.process.state === 'exited' && this.#world.links.reaches(this.#store, other));
    for (const other of refusing) if (!agreed || this.#random.below(asked) > 0) this.#fail(other, '[rpc failed] RpcFailure: 14-UNAVAILABLE failed to connect to all addresses');
    if (agreed) return;
    this.#store.process.after(refusing.length === silent.length ? 1 : checkTimeoutMs, () => {
      for (const other of silent) if (!refusing.includes(other)) this.#giveUp(other);
      this.#store.log(unconfirmedLine(checking, valid));
    });
  }

  /** Without PD a connection that was given up cannot be made anew: it knows the addresses. */
  #giveUp(other: Store): void {
    const called = this.#clients.has(other) || this.#store.reachesPd;
    if (called) this.#store.log(checkSlowLine(other.id, checkTimeoutMs));
    this.#fail(other, called ? '[timeout] deadline has elapsed' : '[get tikv client] unknown error Elapsed(())');
  }

  #fail(other: Store, error: string): void {
    this.#clients.delete(other);
    this.#store.log(checkFailedLine(other.id, error));
  }

  #survey(): void {
    const { engine: { nowMs }, resolved } = this.#world;
    const store = this.#store;
    const [leader, follower] = [resolved.furthestBehind(store, true), resolved.furthestBehind(store, false)];
    this.#meters.survey({ nowMs, leader, follower, zeroes: resolved.progress.zeroes(store.id) });
    if (store.reachesPd && (leader || follower)) resolved.report(store.id, Math.min(leader?.progress.tsMs ?? Infinity, follower?.progress.tsMs ?? Infinity));
    if (leader && nowMs - leader.progress.tsMs > toldMs.leader) store.log(leaderGapLine(leader, nowMs));
    if (follower && nowMs - follower.progress.tsMs > toldMs.follower) store.logAll(followerGapLines(follower, nowMs));
  }
}
