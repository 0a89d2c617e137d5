import type { Millis } from '../../src/kernel/clock.ts';

/** A float column that grows by doubling. */
export class GrowingColumn {
  #values: Float64Array;
  #count = 0;

  constructor(capacity = 16) {
    this.#values = new Float64Array(capacity);
  }

  /** How many values there are. */
  get count(): number {
    return this.#count;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  push(value: number): void {
    if (this.#count === this.#values.length) this.#grow();
    this.#values[this.#count++] = value;
  }

  replaceLast(value: number): void {
    this.#values[this.#count - 1] = value;
  }

  dropLast(): void {
    this.#count--;
  }

  /** A window on the column, not a copy. */
  slice(from: number, to: number): Float64Array {
    return this.#values.subarray(from, to);
  }

  /** How many entries at the front are at most `limit`; the column must be in ascending order. */
  countUntil(limit: number): number {
    return upperBound(this.#values, this.#count, limit);
  }

  #grow(): void {
    const grown = new Float64Array(Math.max(16, this.#count * 2));
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** How many of the first `count` ascending values are at most `limit`. */
export function upperBound(values: Float64Array, count: number, limit: number): number {
  if (count === 0 || (values[count - 1] as number) <= limit) return count;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A stretch of scrapes without a gap. */
export interface Run {
  /** Index of the first scrape. */
  readonly scrape: number;
  /** Offset of its value in the series' dense values. */
  readonly offset: number;
  readonly length: number;
}

/** The scrape times of a target. All its series that pause together share one list of the times they were there. */
export class ScrapeTimes extends GrowingColumn {
  readonly #dense = new Map<string, Float64Array>();

  constructor() {
    super(64);
  }

  /** The times of the scrapes in these runs, one after the other. */
  dense(runs: readonly Run[]): Float64Array {
    const only = runs[0];
    if (runs.length === 1 && only) return this.slice(only.scrape, only.scrape + only.length);
    const key = runs.map(({ scrape, length }) => `${scrape}+${length}`).join();
    let times = this.#dense.get(key);
    if (!times) {
      if (this.#dense.size >= rememberedShapes) this.#dense.clear();
      this.#dense.set(key, (times = this.#gather(runs)));
    }
    return times;
  }

  #gather(runs: readonly Run[]): Float64Array {
    const times = new Float64Array(runs.reduce((total, { length }) => total + length, 0));
    for (const { scrape, offset, length } of runs) times.set(this.slice(scrape, scrape + length), offset);
    return times;
  }
}

/** Every scrape makes new shapes of the series that are still growing; old ones are not needed again. */
const rememberedShapes = 1_000;

/** The stale marker that follows a sample: from `atMs` on the series is gone, until its next sample. */
export interface StaleMark {
  /** Index of the last sample before the marker. */
  readonly after: number;
  readonly atMs: Millis;
}
