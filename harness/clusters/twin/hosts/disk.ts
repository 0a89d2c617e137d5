import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Neighbour } from './neighbour.ts';
import { later, meanMs, type Shape, spreads } from '../metrics/shape.ts';
import type { Wait } from '../metrics/waits.ts';

/**
 * One synchronous write on a journaling file system costs about this many device writes (data, journal, barriers):
 * a device held to 12 writes/s was measured to give syncs of about half a second.
 */
const deviceWritesPerSync = 6;

/** A disk: how long a synchronous write takes, and how much fits. */
export class Disk {
  readonly capacityBytes: number;
  /** What it writes in a second when it writes at its best, a good cloud disk's 350 MB/s. */
  readonly bytesPerSecond = 350_000_000;
  /** What the process has written, and for how long that kept the disk busy. */
  writtenBytes = 0;
  busySeconds = 0;
  readonly #neighbour: Pick<Neighbour, 'takes'> | undefined;
  readonly #baseSyncMs: Millis;
  #addedMs: Millis = 0;
  #sometimes: Wait | undefined;
  #writesPerSecondMax = Infinity;
  #foreignBytes = 0;
  #hung = false;

  constructor(baseSyncMs: Millis, capacityBytes: number, neighbour?: Pick<Neighbour, 'takes'>) {
    this.#neighbour = neighbour;
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
    const throttledMs = 1000 / this.#writesPerSecondMax * deviceWritesPerSync;
    if (throttledMs > this.#baseSyncMs) return later({ fixedMs: this.#addedMs, medianMs: throttledMs, spread: spreads.narrow }, this.#sometimes);
    const foreign = Math.min(0.98, this.#neighbour?.takes.diskShare ?? 0);
    return later({ fixedMs: this.#addedMs, medianMs: this.#baseSyncMs / (1 - foreign), spread: spreads.disk }, this.#sometimes);
  }

  /** How long a synchronous write takes on the whole. */
  syncMs(): Millis {
    return meanMs(this.syncShape());
  }
}
