import { Histogram } from './histogram.ts';
import type { HistogramRefs } from './histogram-refs.ts';
import type { Instrument, Page } from './instruments.ts';

/** A row is written before the next is made; there is room for a value of each bucket, the count and the sum. */
let row = new Float64Array(64);

/** A histogram on a page: cumulative buckets, sum and count. */
export class HistogramSeries implements Instrument {
  readonly histogram: Histogram;
  readonly #refs: HistogramRefs;
  #occupied = 0;

  constructor(bounds: readonly number[], refs: HistogramRefs, changed: Instrument[]) {
    this.histogram = new Histogram(bounds, () => changed.push(this));
    this.#refs = refs;
    if (bounds.length + 3 > row.length) row = new Float64Array(2 * bounds.length + 3);
    changed.push(this);
  }

  write(page: Page): void {
    const { buckets, occupied, sumMicros } = this.histogram;
    const { ref, heads, places, placeOfSum } = this.#refs;
    this.histogram.seen();
    if (occupied !== this.#occupied) this.#split(occupied);
    let count = 0;
    for (let i = 0; i < heads.length; i++) {
      count += buckets[heads[i] as number] as number;
      row[places[i] as number] = count;
    }
    row[placeOfSum] = sumMicros / 1e6;
    page.setRow(ref, row);
  }

  writeChanges(page: Page): void {
    this.write(page);
  }

  drop(page: Page): void {
    page.drop(this.#refs.ref);
  }

  age(times: number): void {
    this.histogram.age(times);
  }

  /** A bucket that holds anything differs from the one before. */
  #split(occupied: number): void {
    this.#occupied = occupied;
    this.histogram.buckets.forEach((count, bucket) => count > 0 && this.#refs.splitAt(bucket));
  }
}
