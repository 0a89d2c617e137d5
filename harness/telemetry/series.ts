import type { Millis } from '../../src/kernel/clock.ts';
import type { LabelSet } from './labels.ts';

/** The visible samples of one series in order of time. A stale marker is an entry whose value means nothing. */
export interface SeriesView {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** 1 where the entry is a stale marker; absent when there is none. */
  readonly stale?: Uint8Array;
}

/** A stored series, whatever its layout. */
export interface SeriesSource {
  readonly labels: LabelSet;
  /** Its samples up to and including an instant. */
  readonly view: (untilMs: Millis) => SeriesView;
}

/** A float column that grows by doubling. */
export class GrowingColumn {
  #values: Float64Array;
  #count = 0;

  constructor(capacity = 16) {
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(Math.max(16, this.#count * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
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

/**
 * A series on its target's scrape times. Values are dense; a series that pauses has several runs. Staleness is
 * implicit: the first scrape after a run that does not carry the series is its stale marker, as in Prometheus.
 */
export class ScrapedSeries implements SeriesSource {
  readonly labels: LabelSet;
  readonly #times: GrowingColumn;
  readonly #values: GrowingColumn;
  /** Scrape index at which each run starts, and the offset of its first value. */
  readonly #runScrapes: number[] = [];
  readonly #runOffsets: number[] = [];
  #lastScrape = -2;

  constructor(labels: LabelSet, times: GrowingColumn, capacity?: number) {
    this.labels = labels;
    this.#times = times;
    this.#values = new GrowingColumn(capacity);
  }

  /** Whether the series has a sample at this scrape. */
  isIn(scrape: number): boolean {
    return this.#lastScrape === scrape;
  }

  /** Whether the newest run began at this scrape. */
  beganAt(scrape: number): boolean {
    return this.#runScrapes.at(-1) === scrape;
  }

  set(scrape: number, value: number): void {
    if (this.#lastScrape === scrape) return this.#values.replaceLast(value);
    if (this.#lastScrape !== scrape - 1) {
      this.#runScrapes.push(scrape);
      this.#runOffsets.push(this.#values.count);
    }
    this.#values.push(value);
    this.#lastScrape = scrape;
  }

  /** Takes the sample of the newest scrape back: the scrape failed after all. */
  retract(scrape: number): void {
    if (this.#lastScrape !== scrape) return;
    this.#values.dropLast();
    if (this.beganAt(scrape)) {
      this.#runScrapes.pop();
      this.#runOffsets.pop();
      this.#lastScrape = this.#runScrapes.length === 0 ? -2 : this.#runEnd(this.#runScrapes.length - 1) - 1;
    } else this.#lastScrape = scrape - 1;
  }

  /** The runs as scrape index of the first value, and the values. */
  runs(): { readonly scrape: number; readonly values: Float64Array }[] {
    return this.#runScrapes.map((scrape, run) => {
      const offset = this.#runOffsets[run] as number;
      return { scrape, values: this.#values.slice(offset, offset + this.#runEnd(run) - scrape) };
    });
  }

  view(untilMs: Millis): SeriesView {
    const scrapes = this.#times.countUntil(untilMs);
    const first = this.#runScrapes[0];
    if (first === undefined || first >= scrapes) return emptyView;
    const end = this.#runEnd(0);
    if (end >= scrapes) return { times: this.#times.slice(first, scrapes), values: this.#values.slice(0, scrapes - first) };
    return this.#compactView(scrapes);
  }

  /** First scrape after the run. */
  #runEnd(run: number): number {
    const next = this.#runOffsets[run + 1] ?? this.#values.count;
    return (this.#runScrapes[run] as number) + next - (this.#runOffsets[run] as number);
  }

  #compactView(scrapes: number): SeriesView {
    const capacity = this.#values.count + this.#runScrapes.length;
    const times = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    const stale = new Uint8Array(capacity);
    let count = 0;
    for (const { scrape, values: run } of this.runs()) {
      for (let i = 0; i < run.length && scrape + i < scrapes; i++, count++) {
        times[count] = this.#times.at(scrape + i);
        values[count] = run[i] as number;
      }
      const markerScrape = scrape + run.length;
      if (markerScrape >= scrapes) break;
      times[count] = this.#times.at(markerScrape);
      stale[count++] = 1;
    }
    return { times: times.subarray(0, count), values: values.subarray(0, count), stale: stale.subarray(0, count) };
  }
}

const emptyView: SeriesView = { times: new Float64Array(0), values: new Float64Array(0) };

/** A series with times of its own, written sample by sample in any order: rules, imports, tests. */
export class LooseSeries implements SeriesSource {
  readonly labels: LabelSet;
  #times: number[] = [];
  #values: number[] = [];
  #stale: number[] = [];

  constructor(labels: LabelSet) {
    this.labels = labels;
  }

  /** Adds one sample, or a stale marker; a second one at the same instant replaces the first. */
  append(atMs: Millis, value: number | 'stale'): void {
    let index = this.#times.length;
    while (index > 0 && (this.#times[index - 1] as number) >= atMs) index--;
    const replaced = this.#times[index] === atMs ? 1 : 0;
    this.#times.splice(index, replaced, atMs);
    this.#values.splice(index, replaced, value === 'stale' ? 0 : value);
    this.#stale.splice(index, replaced, value === 'stale' ? 1 : 0);
  }

  view(untilMs: Millis): SeriesView {
    const all = Float64Array.from(this.#times);
    const count = upperBound(all, all.length, untilMs);
    const stale = Uint8Array.from(this.#stale.slice(0, count));
    return { times: all.subarray(0, count), values: Float64Array.from(this.#values.slice(0, count)), ...(stale.includes(1) ? { stale } : {}) };
  }
}
