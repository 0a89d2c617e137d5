import type { Millis } from '../../src/kernel/clock.ts';

/** Hands out stretches of large arrays: tens of thousands of small columns need not be as many allocations. */
export class FloatPool {
  #slab = new Float64Array(0);
  #used = 0;
  /** How large all slabs are together. */
  #total = 0;

  /** A stretch of `size` floats: the array it lies in, and where it begins. */
  take(size: number): { readonly slab: Float64Array; readonly base: number } {
    if (this.#used + size > this.#slab.length) {
      // A quarter of what there is, so that no more than that lies idle.
      this.#slab = new Float64Array(Math.max(size, Math.min(slabSize, Math.max(firstSlabSize, Math.ceil(this.#total / 4)))));
      this.#total += this.#slab.length;
      this.#used = 0;
    }
    const base = this.#used;
    this.#used += size;
    return { slab: this.#slab, base };
  }
}

const slabSize = 65_536;
/** The first slabs are small: most stores hold a run of some minutes. */
const firstSlabSize = 4_096;

/** A float column that grows within a pool. */
export class GrowingColumn {
  readonly #pool: FloatPool;
  #slab: Float64Array;
  #base: number;
  #capacity: number;
  #count = 0;

  constructor(pool: FloatPool, capacity = 16) {
    const { slab, base } = pool.take(capacity);
    this.#pool = pool;
    this.#slab = slab;
    this.#base = base;
    this.#capacity = capacity;
  }

  /** How many values there are. */
  get count(): number {
    return this.#count;
  }

  at(index: number): number {
    return this.#slab[this.#base + index] as number;
  }

  push(value: number): void {
    if (this.#count === this.#capacity) this.#grow();
    this.#slab[this.#base + this.#count++] = value;
  }

  /** A window on the column, not a copy. */
  slice(from: number, to: number): Float64Array {
    return this.#slab.subarray(this.#base + from, this.#base + to);
  }

  #grow(): void {
    // Short columns double; long ones never hold more than an eighth of nothing.
    const capacity = this.#capacity < 256 ? Math.max(16, this.#capacity * 2) : Math.ceil((this.#capacity * 9) / 128) * 16;
    const { slab, base } = this.#pool.take(capacity);
    slab.set(this.slice(0, this.#count), base);
    this.#slab = slab;
    this.#base = base;
    this.#capacity = capacity;
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

/** The scrape times of a target. Series that were there at the same scrapes are given the very same list of times. */
export class ScrapeTimes extends GrowingColumn {
  readonly #shapes = new Map<string, Float64Array>();
  readonly #stretches = new Map<number, Float64Array>();
  #asked = { fromMs: NaN, untilMs: NaN, count: 0, first: 0, end: 0 };

  constructor(pool: FloatPool) {
    super(pool, 64);
  }

  /** Which scrapes were after `fromMs` and not after `untilMs`: the first, and the one behind the last. */
  within(fromMs: Millis, untilMs: Millis): { readonly first: number; readonly end: number } {
    // Every series of a query asks the same.
    if (this.#asked.fromMs === fromMs && this.#asked.untilMs === untilMs && this.#asked.count === this.count) return this.#asked;
    const all = this.slice(0, this.count);
    this.#asked = { fromMs, untilMs, count: this.count, first: upperBound(all, all.length, fromMs), end: upperBound(all, all.length, untilMs) };
    return this.#asked;
  }

  /** The times of the scrapes `from` up to but not including `to`. */
  stretch(from: number, to: number): Float64Array {
    const key = from * 0x400_0000 + to;
    let times = this.#stretches.get(key);
    if (!times) {
      if (this.#stretches.size >= rememberedStretches) this.#stretches.clear();
      this.#stretches.set(key, (times = this.slice(from, to)));
    }
    return times;
  }

  /** The times of the scrapes in these runs, one after the other. */
  dense(runs: readonly Run[]): Float64Array {
    const key = runs.map(({ scrape, length }) => `${scrape}+${length}`).join();
    let times = this.#shapes.get(key);
    if (!times) {
      if (this.#shapes.size >= rememberedShapes) this.#shapes.clear();
      this.#shapes.set(key, (times = this.#gather(runs)));
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
/** Each may carry the plans of some queries with it. */
const rememberedStretches = 16;

/** The stale marker that follows a sample: from `atMs` on the series is gone, until its next sample. */
export interface StaleMark {
  /** Index of the last sample before the marker. */
  readonly after: number;
  readonly atMs: Millis;
}
