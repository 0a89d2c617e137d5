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
    const { buckets, sumMicros } = this.histogram;
    const { counts, heads, sum } = this.#refs;
    const written = this.#written;
    this.histogram.seen();
    let count = 0;
    let before = 0;
    for (let i = 0; i < buckets.length; i++) {
      count += buckets[i] as number;
      if (heads[i] === 0) {
        if (count === before) continue;
        this.#refs.splitAt(i);
        written[i] = NaN;
      }
      before = count;
      if (count !== written[i]) target.set(counts[i] as SeriesRef, (written[i] = count));
    }
    if (sumMicros !== this.#writtenMicros) target.set(sum, (this.#writtenMicros = sumMicros) / 1e6);
  }

  drop(target: ScrapeTarget): void {
    const { counts, heads, sum } = this.#refs;
    for (let i = 0; i < heads.length; i++) if (heads[i] === 1) target.drop(counts[i] as SeriesRef);
    target.drop(sum);
  }

  age(times: number): void {
    this.histogram.age(times);
  }
}
