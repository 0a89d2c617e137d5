import type { ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';

/**
 * The series of a histogram. Most buckets never differ from the one before: nothing ever fell between their bounds. So
 * neighbours that were always alike are one to the store, from a head up to the next one; the count goes with the last.
 */
export class HistogramRefs {
  /** A series for each bucket, and the count. */
  readonly counts: readonly SeriesRef[];
  readonly sum: SeriesRef;
  /** By bucket, 1 where a stretch begins. */
  readonly heads: Uint8Array;
  readonly #target: ScrapeTarget;

  constructor(target: ScrapeTarget, { buckets, sum, count }: { readonly buckets: readonly SeriesRef[]; readonly sum: SeriesRef; readonly count: SeriesRef }) {
    this.#target = target;
    this.counts = [...buckets, count];
    this.sum = sum;
    this.heads = new Uint8Array(buckets.length);
    this.heads[0] = 1;
    target.join(this.counts);
  }

  /** From this bucket on it is not as the one before. */
  splitAt(bucket: number): void {
    let end = bucket + 1;
    while (end < this.heads.length && this.heads[end] === 0) end++;
    this.heads[bucket] = 1;
    this.#target.part(this.counts.slice(bucket, end < this.heads.length ? end : undefined));
  }
}
