import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { DialDirection } from '../../contract.ts';
import { lossesToAbort } from '../hosts/network.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { Dialling, endings } from './dialling.ts';
import { LinkBook } from './link-book.ts';
import { establishedLine } from './link-lines.ts';

/** gRPC's keepalive: a ping every 10 s, given up 3 s later; where in its 10 s the ping was, adds up to 4 s (seen: 13.4 and 17.1 s). */
const keepaliveMs = 13_000;
const keepalivePhaseMs = 4_100;
const reconnectMs = 5_000;
/** A lost SYN is sent again after a second, then after two more. */
const synAgainMs = 1_000;
/** TCP's user time-out: data that nobody acknowledged for so long ends a connection (seen: 3.3 to 3.5 s after a cut). */
const unacknowledgedMs = 3_000;

/** Measured in recordings/tikv-region-imbalance: a first connection takes 1.3 to 9.6 ms, address and all, and one or two messages wait for it. */
const firstCostMs = 4;

/** Assumed, in no recording: raft messages are batched, and a busy pair of stores sends about so many segments a second. */
const segmentsPerSecond = 50;

/**
 * The raft clients: one connection from every store to every other that it ever had a message for. A dead process resets its connections at once; a
 * paused one keeps them until the other side's keepalive gives up, because its kernel still acknowledges.
 */
export class Links {
  readonly #world: World;
  readonly #random: Random;
  readonly #dialling: Dialling;
  readonly #book = new LinkBook();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('links');
    this.#dialling = new Dialling(world.random.fork('dialling'));
  }

  /** Whether nobody misses anybody. */
  get allConnected(): boolean {
    return this.#book.allConnected;
  }

  /** The other stores that this one ever dialled. */
  metBy(store: Store): Store[] {
    return this.#others(store).filter((other) => this.#book.of(store, other).met);
  }

  /** `from` has a message for `to`: for the first one it looks up the address and dials. */
  meet(from: Store, to: Store): void {
    const link = this.#book.of(from, to);
    if (from === to || link.met || !from.reachesPd) return;
    this.#book.meet(link);
    link.brokenMs = this.#world.engine.nowMs - firstCostMs;
    if (this.#answers(to) && this.reaches(from, to)) this.#establish(from, to, 1);
    else this.#retry(from, to);
  }

  /** Whether `from` can send raft messages to `to`. */
  connected(from: Store, to: Store): boolean {
    return from === to || this.#book.of(from, to).connected;
  }

  /** Whether raft messages from `from` arrive at `to`: over a cut link nothing does, even while the connection seems open. */
  carries(from: Store, to: Store): boolean {
    return this.connected(from, to) && this.reaches(from, to);
  }

  /** Whether a connection that `from` opens to `to` carries anything. */
  reaches(from: Store, to: Store): boolean {
    return from === to || !(from.host.network.isCut('peers') || to.host.network.isCut('peers') || this.mute(from, to));
  }

  /** A store's links are cut: whoever has something to send gives up when nothing is acknowledged. */
  cutOff(store: Store): void {
    this.#world.raft.leaderSilent(store);
    for (const other of this.#others(store)) {
      for (const [from, to] of [[store, other], [other, store]] as const) {
        from.process.after(unacknowledgedMs + this.#random.between(200, 500), () => {
          if (!this.reaches(from, to)) this.#abort(from, to, endings.unacknowledged);
        });
      }
    }
  }

  /** A firewall lets nothing through on connections that are dialled in this direction; a write on one of them is never acknowledged. */
  blocked(store: Store, direction: DialDirection): void {
    this.#world.raft.lopsided(store, direction);
    for (const other of this.#others(store)) {
      const [from, to] = direction === 'outgoing' ? [store, other] : [other, store];
      from.process.after(unacknowledgedMs + this.#random.between(200, 500), () => {
        if (!this.mute(from, to)) return;
        this.#book.of(from, to).alone = true;
        this.#abort(from, to, endings.unacknowledged);
      });
    }
  }

  /** Whether `from` cannot dial `to`, though it may be dialled: raft messages travel on the sender's own connection. */
  mute(from: Store, to: Store): boolean {
    return from !== to && (from.host.network.dialsBlocked('outgoing') || to.host.network.dialsBlocked('incoming'));
  }

  /** A store's process is gone: the others notice within a tenth of a second. */
  lost(gone: Store, clean: boolean): void {
    const text = clean ? 'Socket closed' : 'Connection reset by peer';
    for (const other of this.#others(gone)) {
      this.#book.sever(this.#book.of(gone, other), 0);
      other.process.after(this.#random.between(30, 120), () => this.#abort(other, gone, text));
    }
  }

  /** A store went silent. */
  silent(paused: Store): void {
    const sinceMs = this.#world.engine.nowMs;
    for (const other of this.#others(paused)) {
      other.process.after(keepaliveMs + this.#random.between(200, keepalivePhaseMs), () => {
        if (paused.process.state === 'paused' && paused.pausedMs === sinceMs) this.#abort(other, paused, endings.keepalive);
      });
    }
  }

  /** A silent store speaks again: what was given up is given up by it too, and connected anew. */
  audible(resumed: Store): void {
    this.#world.raft.audible(resumed);
    for (const other of this.#others(resumed)) {
      const { met, connected } = this.#book.of(other, resumed);
      if (!met || connected || other.process.state !== 'running') continue;
      resumed.process.after(this.#random.between(20, 60), () => this.#abort(resumed, other, endings.keepalive));
      other.process.after(this.#random.between(90, 150), () => this.#establish(other, resumed));
    }
  }

  /**
   * A store is up again. The survivors' retries reach it within 5 s and it answers on connections of its own; another
   * store that was down as well is dialled when the first raft message for it is due.
   */
  dial(ready: Store): void {
    for (const other of this.metBy(ready)) ready.process.after(this.#random.between(reconnectMs, 2 * reconnectMs), () => this.#retry(ready, other));
  }

  /**
   * What a lossy link does in so many seconds. A segment that is lost four times in a row comes 3 s late, and by then TCP's
   * user time-out has ended its connection. What is lost of the answers are acknowledgements, and the next one covers for them.
   */
  lose(spanSeconds: number): void {
    for (const from of this.#world.stores) {
      for (const to of this.#others(from)) {
        const { lossShare } = from.host.network;
        if (lossShare === 0 || !this.#book.of(from, to).connected || from.process.state !== 'running') continue;
        if (this.#random.unit() < 1 - (1 - lossShare ** lossesToAbort) ** (segmentsPerSecond * spanSeconds)) this.#abort(from, to, endings.unacknowledged);
      }
    }
  }

  /** A first contact at start-up of the whole cluster. */
  connectAll(): void {
    for (const from of this.#world.stores) for (const to of this.#others(from)) this.#book.join(this.#book.of(from, to), this.#world.engine.nowMs);
  }

  /** Messages that no connection carries: they count as unreachable at the end of a dial, or wait while PD does not say where that store is. */
  undelivered(from: Store, to: Store, messages: number): void {
    if (messages === 0 || this.connected(from, to)) return;
    if (from.reachesPd) from.metrics.undelivered(to.id, 'unreachable').add(messages);
    else this.#book.of(from, to).waiting += messages;
  }

  /** For how long `from` has not reached `to`; 0 where it does. */
  silentMs(from: Store, to: Store): Millis {
    const link = this.#book.of(from, to);
    return from === to || link.connected || !link.met ? 0 : this.#world.engine.nowMs - link.brokenMs;
  }

  /** Whether a connection between them, in either direction, was opened after that instant. */
  metAgain(one: Store, other: Store, sinceMs: Millis): boolean {
    return [this.#book.of(one, other), this.#book.of(other, one)].some(({ joinedMs }) => joinedMs > sinceMs);
  }

  #abort(from: Store, to: Store, text: string): void {
    const link = this.#book.of(from, to);
    if (!link.connected) return;
    this.#book.sever(link, this.#world.engine.nowMs);
    this.#world.changed(to);
    this.#dialling.ended(from, to, { text, stands: this.carries(to, from) && this.#answers(to) });
    from.metrics.undelivered(to.id, 'unreachable').add(1);
    this.#world.raft.unreachable(from, to);
    this.#dialling.resolve(from, to, link);
    from.process.after(this.#redialMs(from, to, link.joinedMs), () => this.#retry(from, to));
  }

  /** A connection that lived for longer than a dial may take is dialled again at once, and whoever is there answers (recorded in tikv-store-hang: after 45 ms). */
  #redialMs(from: Store, to: Store, joinedMs: Millis): Millis {
    if (this.#world.engine.nowMs - joinedMs < reconnectMs || !this.#answers(to) || !this.reaches(from, to)) return reconnectMs;
    const { lostShare } = from.host.network.roundTripTo(to.host.network);
    let lost = 0;
    while (lostShare > 0 && lost < 3 && this.#random.chance(lostShare)) lost++;
    return Math.min(reconnectMs, this.#random.between(30, 60) + synAgainMs * (2 ** lost - 1));
  }

  #answers(store: Store): boolean {
    return store.serving && store.process.state === 'running';
  }

  #retry(from: Store, to: Store): void {
    const link = this.#book.of(from, to);
    if (link.connected) return;
    link.tries++;
    if (link.brokenMs === 0) link.brokenMs = this.#world.engine.nowMs;
    if (this.#answers(to) && this.reaches(from, to)) return this.#establish(from, to);
    // Without PD it cannot look the address up, so it does not get as far as dialling.
    if (from.reachesPd) this.#dialling.failed(from, to, link, this.reaches(from, to));
    from.process.after(reconnectMs + this.#random.below(3), () => this.#retry(from, to));
  }

  /** It carries what waited for it: so many messages where that is known. */
  #establish(from: Store, to: Store, waiting?: number): void {
    const link = this.#book.of(from, to);
    if (link.connected || !to.serving || !this.reaches(from, to)) return;
    this.#book.join(link, this.#world.engine.nowMs);
    this.#world.changed(to);
    const costMs = this.#world.engine.nowMs - link.brokenMs;
    if (!link.channel) this.#dialling.resolve(from, to, link);
    from.log(establishedLine(to, { tries: link.tries + 1, messages: waiting ?? 40 + this.#random.below(60), costMs }));
    this.#world.raft.reachable(from, to);
    if (link.alone) this.#world.raft.answersAgain(from, to);
    link.alone = false;
    if (!this.#book.of(to, from).connected) to.process.after(this.#random.between(15, 60), () => this.#answer(to, from));
  }

  /** The other direction is opened by the first answer that must be sent. */
  #answer(from: Store, to: Store): void {
    const link = this.#book.of(from, to);
    if (!link.met) return this.meet(from, to);
    if (link.connected) return;
    link.tries = 0;
    link.brokenMs = this.#world.engine.nowMs - 40;
    this.#establish(from, to);
  }

  #others(store: Store): Store[] {
    return this.#world.stores.filter((other) => other !== store);
  }
}
