import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Neighbour } from './neighbour.ts';
import type { SharedCores } from './shared-cores.ts';
import { later, meanMs, type Shape, spreads } from '../metrics/shape.ts';
import { bothOf, type Wait } from '../metrics/waits.ts';

/**
 * One synchronous write costs a device about so many writes: two of them and a flush. One in ten waits for somebody else's before. A device held to 12 writes/s was
 * measured to give 4.1 syncs a second, most of 240 ms and one in ten of 340 to 600 (recordings/tikv-disk-slow).
 */
const deviceWritesPerSync = 2.9;
const behindAnother = 0.1;

/** The average machine's disk. */
const usualSyncMs: Millis = 1.05;

/** A disk: how long a synchronous write takes, and how much fits. */
export class Disk {
  readonly capacityBytes: number;
  /** What it writes in a second when it writes at its best, a good cloud disk's 350 MB/s. */
  readonly bytesPerSecond = 350_000_000;
  /** What the process has written, and for how long that kept the disk busy. */
  writtenBytes = 0;
  busySeconds = 0;
  /** How long a synchronous write takes on a disk of its kind, where nothing disturbs it. */
  readonly usualSyncMs: Millis;
  readonly #neighbour: Pick<Neighbour, 'takes'> | undefined;
  readonly #shared: Pick<SharedCores, 'syncWait'> | undefined;
  readonly #baseSyncMs: Millis;
  #addedMs: Millis = 0;
  #sometimes: Wait | undefined;
  #writesPerSecondMax = Infinity;
  #foreignBytes = 0;
  #hung = false;

  /** It lies in the memory of the machine that is `shared`, where several nodes share one. */
  constructor(baseSyncMs: Millis, capacityBytes: number, { neighbour, shared }: { readonly neighbour?: Pick<Neighbour, 'takes'>; readonly shared?: Pick<SharedCores, 'syncWait'> | undefined } = {}) {
    this.#neighbour = neighbour;
    this.#shared = shared;
    this.usualSyncMs = shared ? baseSyncMs : usualSyncMs;
    this.#baseSyncMs = baseSyncMs;
    this.capacityBytes = capacityBytes;
  }

  /** Adds so much to every synchronous write, or to a share of them; replaces any earlier slowing. */
  slow({ addedLatencyMs, writesPerSecondMax = Infinity, share = 1 }: { readonly addedLatencyMs: Millis; readonly writesPerSecondMax?: number; readonly share?: number }): void {
    this.#addedMs = share < 1 ? 0 : addedLatencyMs;
    this.#sometimes = share < 1 ? { share, meanMs: addedLatencyMs, msAt: () => addedLatencyMs } : undefined;
    this.#writesPerSecondMax = writesPerSecondMax;
  }

  restore(): void {
    this.slow({ addedLatencyMs: 0 });
  }

  /** No write is completed any more, and none fails. */
  hang(): void {
    this.#hung = true;
  }

  release(): void {
    this.#hung = false;
  }

  get hung(): boolean {
    return this.#hung;
  }

  /** Files that are not the database's take so much of the disk. */
  fill(foreignBytes: number): void {
    this.#foreignBytes = foreignBytes;
  }

  get foreignBytes(): number {
    return this.#foreignBytes;
  }

  /** How long one synchronous write takes: M/M/1 behind what a neighbour writes; a throttled device waits evenly, a free one scatters. */
  syncShape(): Shape {
    const wait = bothOf(this.#sometimes, this.#shared?.syncWait);
    const throttledMs = (1000 / this.#writesPerSecondMax) * deviceWritesPerSync;
    const throttled: Shape = { fixedMs: this.#addedMs, medianMs: throttledMs, spread: spreads.narrow, wait: { share: behindAnother, meanMs: throttledMs, msAt: () => throttledMs } };
    if (throttledMs > this.#baseSyncMs) return later(throttled, wait);
    const foreign = Math.min(0.98, this.#neighbour?.takes.diskShare ?? 0);
    return later({ fixedMs: this.#addedMs, medianMs: this.#baseSyncMs / (1 - foreign), spread: spreads.disk }, wait);
  }

  /** How long a synchronous write takes on the whole. */
  syncMs(): Millis {
    return meanMs(this.syncShape());
  }
}
