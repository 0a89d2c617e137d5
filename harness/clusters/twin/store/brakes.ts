import type { Millis } from '../../../../src/kernel/clock.ts';
import { inFlightMax } from '../clients/in-flight.ts';
import { type Applied, ApplyQueue } from './apply-queue.ts';
import { FlowControl } from './flow-control.ts';
import type { LevelEvents, Levels } from './levels.ts';
import type { StoreLoad } from './pipeline.ts';
import { scaleWrites } from './saturation.ts';
import type { StoreSettings } from './store-settings.ts';
import { type Stall, stallOf } from './write-stall.ts';

/** Whoever waited so long has given up: the clients' back-off budget. */
const patienceMs: Millis = 20_000;
/** `storage.scheduler-pending-write-threshold`: beyond it the scheduler calls itself busy. */
const pendingWriteBytes = 100 * 2 ** 20;
/** What waits to be applied is applied at this rate once it may. */
const applyBytesPerSecond = 100e6;

/** What holds the writes of a store back because its tree cannot take them: flow control before raft, or RocksDB after it. */
export class Brakes {
  readonly flow = new FlowControl();
  stall: Stall = { reason: undefined, bytesPerSecond: Infinity };
  /** Transactions that were turned away in this tick. */
  turnedAway = 0;
  /** How long flow control holds a transaction back. */
  #throttleMs: Millis = 0;
  /** How long RocksDB holds an entry back that comes now. */
  #stallMs: Millis = 0;
  /** Since the process started. */
  #nowMs: Millis = 0;
  readonly #unapplied = new ApplyQueue();
  #applied = 0;

  /** How long a write waits, wherever it is held back. */
  get waitMs(): Millis {
    return this.#throttleMs + this.#stallMs;
  }

  /** How long a transaction waits before it is proposed. */
  get throttleMs(): Millis {
    return this.#throttleMs;
  }

  /** How long a committed entry waits for RocksDB. */
  get applyMs(): Millis {
    return this.#stallMs;
  }

  /** Bytes that the tree got in this tick. */
  get appliedBytes(): number {
    return this.#applied;
  }

  /** Nothing waits in a process that has just started. */
  begin(): void {
    this.flow.reset();
    this.stall = { reason: undefined, bytesPerSecond: Infinity };
    this.#throttleMs = this.#stallMs = this.#nowMs = this.#applied = 0;
    this.#unapplied.clear();
  }

  /** Lets through what may pass in this span; the rest of the writes that the store leads waits at the clients. */
  admit(load: StoreLoad, spanSeconds: number): void {
    const throttled = load.api === 'txn';
    const sent = load.writes;
    if (throttled && this.flow.discardRatio > 0) scaleWrites(load, 1 - this.flow.discardRatio);
    this.turnedAway = sent - load.writes;
    const own = load.writes * load.valueBytes;
    const use = throttled ? useOf(own, this.flow.bytesPerSecond * spanSeconds) : 0;
    this.#throttleMs = longer(this.#throttleMs, load, { use, spanSeconds });
    const stalled = this.stall.reason !== undefined;
    this.#stallMs = stalled ? longer(this.#stallMs, load, { use: useOf(own + load.followed * load.valueBytes, this.stall.bytesPerSecond * spanSeconds), spanSeconds }) : 0;
    if (use > 1) scaleWrites(load, 1 / use);
    if (stalled || this.#unapplied.bytes > 0) this.#propose(load, spanSeconds);
  }

  /** Applies what the tree may take of a tick's entries and of those that wait; answers whose writes are answered with that. */
  apply({ writes, followed, valueBytes }: StoreLoad, spanSeconds: number): Applied {
    const bytes = (writes + followed) * valueBytes;
    const may = this.#mayApply(bytes, spanSeconds);
    this.#nowMs += spanSeconds * 1_000;
    const waiting = this.#unapplied.bytes;
    this.#applied = Math.min(waiting + bytes, may);
    if (waiting === 0 && bytes <= may) return { writes, wait: undefined };
    this.#unapplied.push({ writes, bytes, atMs: this.#nowMs });
    return this.#unapplied.take(may, this.#nowMs);
  }

  /** Looks at the tree after a tick in which the store led so many bytes a second; answers whether RocksDB's mind changed. */
  look(levels: Levels, events: LevelEvents, about: { readonly settings: StoreSettings; readonly flow: number }): boolean {
    this.flow.look(levels, events, about);
    const before = this.stall.reason;
    this.stall = stallOf(levels, about.settings);
    return this.stall.reason !== before;
  }

  /** What the tree may take in this span of so many bytes that come and of those that wait. */
  #mayApply(bytes: number, spanSeconds: number): number {
    const drained = this.#unapplied.bytes > 0 ? Math.max(applyBytesPerSecond * spanSeconds, bytes) : Infinity;
    return Math.min(this.stall.bytesPerSecond * spanSeconds, drained);
  }

  /** What RocksDB keeps from being applied was committed all the same: more is proposed until the clients hold all that they can. */
  #propose(load: StoreLoad, spanSeconds: number): void {
    const { bytes: waiting, writes: held } = this.#unapplied;
    const asked = (load.writes + load.followed) * load.valueBytes;
    const may = this.#mayApply(asked, spanSeconds);
    const stillHeld = waiting === 0 ? 0 : held * (1 - Math.min(1, may / waiting));
    const atOnce = asked === 0 ? load.writes : load.writes * Math.min(1, Math.max(0, may - waiting) / asked);
    const most = Math.max(0, inFlightMax - stillHeld) + atOnce;
    if (load.writes > most) scaleWrites(load, most / load.writes);
  }
}

/** What is asked for, as a part of what is allowed. */
const useOf = (asked: number, allowed: number): number => (asked === 0 ? 0 : asked / allowed);

/** How long whoever is let through now has waited: for as long as writes are held back, unless it has given up. */
function longer(waitMs: Millis, { writes, valueBytes }: StoreLoad, { use, spanSeconds }: { readonly use: number; readonly spanSeconds: number }): Millis {
  const perSecond = writes / spanSeconds;
  const longestMs = Math.min(patienceMs, perSecond > 0 ? (1_000 * inFlightMax) / perSecond : 0, perSecond > 0 ? (1_000 * pendingWriteBytes) / (perSecond * valueBytes) : 0);
  return Math.max(0, Math.min(longestMs, waitMs + Math.min(1, use - 1) * spanSeconds * 1_000));
}
