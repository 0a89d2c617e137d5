import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Wait } from '../metrics/histogram.ts';
import { inFlightMax } from '../clients/in-flight.ts';
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
  #waitMs: Millis = 0;
  /** Writes that RocksDB holds, and for how long it has held the first of them; once it lets go they are answered. */
  #held = { writes: 0, waitedMs: 0 };
  /** The part of what is proposed that is applied in the same tick. */
  #share = 1;
  /** Bytes of committed entries that wait to be applied. */
  #unapplied = 0;

  /** How long a write waits, wherever it is held back. */
  get waitMs(): Millis {
    return this.#waitMs;
  }

  /** How long a transaction waits before it is proposed. */
  get throttleMs(): Millis {
    return this.stall.reason === undefined ? this.#waitMs : 0;
  }

  /** How long a committed entry waits for RocksDB. */
  get applyMs(): Millis {
    return this.stall.reason === undefined ? 0 : this.#waitMs;
  }

  /** Nothing waits in a process that has just started. */
  begin(): void {
    this.flow.reset();
    this.stall = { reason: undefined, bytesPerSecond: Infinity };
    this.#waitMs = 0;
    this.#unapplied = 0;
    this.#held = { writes: 0, waitedMs: 0 };
    this.#share = 1;
  }

  /** Lets through what may pass in this span; the rest of the writes that the store leads waits at the clients. */
  admit(load: StoreLoad, spanSeconds: number): void {
    const throttled = load.api === 'txn';
    const sent = load.writes;
    if (throttled && this.flow.discardRatio > 0) scaleWrites(load, 1 - this.flow.discardRatio);
    this.turnedAway = sent - load.writes;
    const allowed = Math.min(throttled ? this.flow.bytesPerSecond : Infinity, this.stall.bytesPerSecond);
    const asked = ((this.stall.reason === undefined ? 0 : load.followed) + load.writes) * load.valueBytes;
    const use = asked === 0 ? 0 : asked / (allowed * spanSeconds);
    this.#wait(load, use, spanSeconds);
    if (this.stall.reason === undefined) {
      if (use > 1) scaleWrites(load, 1 / use);
    } else this.#propose(load, { share: 1 / Math.max(1, use), spanSeconds });
  }

  /** Of so many writes that are proposed: how many answers go out in this tick, and what those waited whom RocksDB held back. */
  answers(writes: number): { readonly count: number; readonly wait: Wait | undefined } {
    const held = this.#held;
    if (this.stall.reason !== undefined) {
      held.writes += writes * (1 - this.#share);
      return { count: writes * this.#share, wait: undefined };
    }
    if (held.writes < 1) return { count: writes, wait: undefined };
    this.#held = { writes: 0, waitedMs: 0 };
    return { count: writes + held.writes, wait: { share: held.writes / (writes + held.writes), meanMs: held.waitedMs / 2, msAt: (rank) => rank * held.waitedMs } };
  }

  /** What the tree gets of a tick's entries: while RocksDB holds them back they wait, and come when it lets them. */
  apply(bytes: number, spanSeconds: number): number {
    const may = Math.min(this.stall.bytesPerSecond, this.#unapplied > 0 ? Math.max(applyBytesPerSecond, bytes / spanSeconds) : Infinity) * spanSeconds;
    const applied = Math.min(this.#unapplied + bytes, may);
    this.#unapplied += bytes - applied;
    return applied;
  }

  /** Looks at the tree after a tick in which the store led so many bytes a second; answers whether RocksDB's mind changed. */
  look(levels: Levels, events: LevelEvents, about: { readonly settings: StoreSettings; readonly flow: number }): boolean {
    this.flow.look(levels, events, about);
    const before = this.stall.reason;
    this.stall = stallOf(levels, about.settings);
    return this.stall.reason !== before;
  }

  /** RocksDB stops what is committed from being applied: more is proposed until the clients hold all that they can. */
  #propose(load: StoreLoad, { share, spanSeconds }: { readonly share: number; readonly spanSeconds: number }): void {
    this.#share = share;
    this.#held.waitedMs += spanSeconds * 1_000;
    const room = Math.max(0, inFlightMax - this.#held.writes);
    if (load.writes * (1 - share) > room) scaleWrites(load, room / (load.writes * (1 - share)));
  }

  #wait({ writes, valueBytes }: StoreLoad, use: number, spanSeconds: number): void {
    const perSecond = writes / spanSeconds;
    // Whoever is let through now has waited for as long as writes are held back, or has given up.
    const longestMs = Math.min(patienceMs, perSecond > 0 ? (1_000 * inFlightMax) / perSecond : 0, perSecond > 0 ? (1_000 * pendingWriteBytes) / (perSecond * valueBytes) : 0);
    this.#waitMs = Math.max(0, Math.min(longestMs, this.#waitMs + Math.min(1, use - 1) * spanSeconds * 1_000));
  }
}
