import type { LevelEvents, Levels } from './levels.ts';
import type { StoreSettings } from './store-settings.ts';

/** The slowest and the fastest that transactions are held to, bytes per second. */
const slowest = 16 * 1024;
const fastest = 200 * 2 ** 20;
/** By how much a limit falls each time that level 0 is still too full. */
const slowdown = 0.8;
/** How much of the old ratio stays when a new one is worked out, and where it begins. */
const kept = 0.6;
const firstRatio = 0.01;
/** Over how many changes memtables, and over how many seconds the flow, are looked back on. */
const memtablesSeen = 20;
const flowsSeen = 60;

/**
 * TiKV's flow control (`storage.flow-control`): what the tree cannot take is held back at the scheduler, before raft. Too many
 * files on level 0 or full memtables give transactions a speed limit, which begins at what they wrote and falls with each flush and each
 * compaction that leaves too many; compaction that is due beyond a soft limit turns a share of them away, all of them at the hard one.
 * Raw commands do not pass it. The rules and numbers are those of TiKV 8.5 (`singleton_flow_controller.rs`).
 */
export class FlowControl {
  #bytesPerSecond = Infinity;
  #lastSpeed = 0;
  #byMemtables = false;
  #discardRatio = 0;
  #memtables: number[] = [];
  #flows: number[] = [];
  /** Told of each thing that it does, in TiKV's word for it. */
  onAction: (action: 'init' | 'memtable_init') => void = () => {};

  /** What transactions may write in a second. */
  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  /** The share of transactions that is turned away, 0 to 1. */
  get discardRatio(): number {
    return this.#discardRatio;
  }

  /** Nothing is held back in a process that has just started, or where flow control is switched off. */
  reset(): void {
    if (this.#memtables.length + this.#flows.length + this.#discardRatio === 0 && this.#bytesPerSecond === Infinity) return;
    [this.#bytesPerSecond, this.#lastSpeed, this.#discardRatio, this.#byMemtables] = [Infinity, 0, 0, false];
    this.#memtables = [];
    this.#flows = [];
  }

  /** Looks at the tree after a tick in which transactions wrote so much a second. */
  look(levels: Levels, events: LevelEvents, { settings, flow }: { readonly settings: StoreSettings; readonly flow: number }): void {
    if (!settings.flowControl) return this.reset();
    if (flow > 0) push(this.#flows, flow, flowsSeen * 2);
    if (events.flushes > 0 || levels.immutable > 0) this.#lookAtMemtables(levels.immutable, settings);
    if (events.flushes + events.compactions === 0) return;
    this.#lookAtLevel0(levels.level0Files, settings);
    this.#lookAtPending(levels.pendingBytes, settings);
  }

  #lookAtMemtables(immutable: number, { memtablesThreshold }: StoreSettings): void {
    const before = this.#memtables.at(-1) ?? 0;
    push(this.#memtables, immutable, memtablesSeen);
    const many = this.#memtables.reduce((sum, each) => sum + each, 0) / this.#memtables.length > memtablesThreshold;
    const throttled = this.#bytesPerSecond !== Infinity;
    if (!throttled && many) {
      this.#byMemtables = true;
      this.onAction('memtable_init');
      this.#limit(usual(this.#flows));
    } else if (this.#byMemtables && (!many || immutable < memtablesThreshold)) {
      this.#byMemtables = false;
      this.#limit(Infinity);
    } else if (throttled && many) this.#limit(this.#bytesPerSecond - Math.sign(immutable - before) * 2 ** 20);
  }

  #lookAtLevel0(files: number, { level0FilesThreshold }: StoreSettings): void {
    if (this.#byMemtables) return;
    const throttled = this.#bytesPerSecond !== Infinity;
    if (files > level0FilesThreshold) {
      if (!throttled) this.onAction('init');
      this.#limit(throttled ? this.#bytesPerSecond * slowdown : this.#lastSpeed || usual(this.#flows));
    } else if (throttled) {
      this.#lastSpeed = this.#bytesPerSecond / slowdown;
      this.#limit(Infinity);
    }
  }

  #lookAtPending(bytes: number, { softPendingBytes, hardPendingBytes }: StoreSettings): void {
    const before = this.#discardRatio;
    if (bytes < softPendingBytes) {
      this.#discardRatio = 0;
      return;
    }
    const over = hardPendingBytes <= softPendingBytes ? 1 : (Math.log2(bytes) - Math.log2(softPendingBytes)) / (Math.log2(hardPendingBytes) - Math.log2(softPendingBytes));
    this.#discardRatio = Math.min(1, before > 0 ? kept * before + (1 - kept) * over : Math.min(firstRatio, over));
  }

  #limit(bytesPerSecond: number): void {
    // Where no transaction wrote anything there is nothing to hold back.
    this.#bytesPerSecond = bytesPerSecond === 0 || bytesPerSecond > fastest ? Infinity : Math.max(slowest, bytesPerSecond);
  }
}

function push(kept: number[], value: number, most: number): void {
  kept.push(value);
  if (kept.length > most) kept.shift();
}

/** The rate that nine tenths of the past seconds stayed below. */
const usual = (flows: readonly number[]): number => flows.toSorted((a, b) => a - b)[Math.floor((flows.length - 1) * 0.9)] ?? 0;
