import type { ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';

/**
 * The series of a histogram. Most buckets never differ from the one before: nothing ever fell between their bounds. So
 * neighbours that were always alike are one to the store, from a head up to the next one; the count goes with the last.
 */
export class HistogramRefs {
  /** One of its series, for all. */
  readonly ref: SeriesRef;
  /** The buckets with which a stretch begins, in order. */
  readonly heads: number[] = [0];
  /** At which places of a row the values of the stretches are. */
  readonly places: number[] = [0];
  readonly placeOfSum: number;
  /** A series for each bucket, and the count. */
  readonly #counts: readonly SeriesRef[];
  readonly #target: ScrapeTarget;

  constructor(target: ScrapeTarget, { buckets, sum, count }: { readonly buckets: readonly SeriesRef[]; readonly sum: SeriesRef; readonly count: SeriesRef }) {
    this.#target = target;
    this.#counts = [...buckets, count];
    this.ref = count;
    target.join([...this.#counts, sum]);
    this.placeOfSum = target.part([sum]);
  }

  /** From this bucket on it is not as the one before. */
  splitAt(bucket: number): void {
    const next = this.heads.findIndex((head) => head >= bucket);
    if (this.heads[next] === bucket) return;
    const place = this.#target.part(this.#counts.slice(bucket, this.heads[next]));
    const at = next < 0 ? this.heads.length : next;
    this.heads.splice(at, 0, bucket);
    this.places.splice(at, 0, place);
  }
}
