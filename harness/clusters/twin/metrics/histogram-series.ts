import type { ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';
import { Histogram } from './histogram.ts';
import type { HistogramRefs } from './histogram-refs.ts';
import type { Instrument } from './instruments.ts';

/** A histogram on a page: cumulative buckets, sum and count. */
export class HistogramSeries implements Instrument {
  readonly histogram: Histogram;
  readonly #refs: HistogramRefs;
  /** Of each stretch of buckets that are alike, at the place of the first. */
  readonly #written: Float64Array;
  #writtenMicros = NaN;
  #occupied = 0;

  constructor(bounds: readonly number[], refs: HistogramRefs, changed: Instrument[]) {
    this.histogram = new Histogram(bounds, () => changed.push(this));
    this.#refs = refs;
    this.#written = new Float64Array(bounds.length + 1).fill(NaN);
    changed.push(this);
  }

  write(target: ScrapeTarget): void {
    this.#written.fill(NaN);
    this.#writtenMicros = NaN;
    this.writeChanges(target);
  }

  writeChanges(target: ScrapeTarget): void {
    const { buckets, occupied, sumMicros } = this.histogram;
    const { counts, heads, sum } = this.#refs;
    const written = this.#written;
    this.histogram.seen();
    if (occupied !== this.#occupied) this.#split(occupied);
    let count = 0;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i] as number;
      count += buckets[head] as number;
      if (count !== written[head]) target.set(counts[head] as SeriesRef, (written[head] = count));
    }
    if (sumMicros !== this.#writtenMicros) target.set(sum, (this.#writtenMicros = sumMicros) / 1e6);
  }

  drop(target: ScrapeTarget): void {
    const { counts, heads, sum } = this.#refs;
    for (const head of heads) target.drop(counts[head] as SeriesRef);
    target.drop(sum);
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
