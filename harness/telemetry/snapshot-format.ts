import type { Millis } from '../../src/kernel/clock.ts';
import type { MetricMeta } from './contract.ts';

/** Name of the format, in the first line. */
export const metricsFormat = 'lab-metrics/1';

/** A sample in JSON: NaN and infinities are strings, `null` is no sample. */
export type JsonSample = number | string | null;

/** The target whose series carry job and instance in their own labels. */
export const rulesJob = 'rules';

/** One target of a snapshot and the times of its scrapes. */
export interface TargetLine {
  readonly job: string;
  readonly instance: string;
  readonly timesMs: readonly Millis[];
  /** Its series carry all labels themselves, and gaps are exactly where a series ended; absent in recordings of real clusters. */
  readonly bare?: true;
}

/** First line of a snapshot. `metadata` is there when types and helps are known. */
export interface HeaderLine {
  readonly format: typeof metricsFormat;
  readonly startMs: Millis;
  readonly endMs: Millis;
  readonly series: number;
  readonly targets: readonly TargetLine[];
  readonly metadata?: Readonly<Record<string, MetricMeta>>;
}

/** One series: name, labels, index of the target, and a constant at scrapes `i`..`j` or values from scrape `i` on. */
export interface SeriesLine {
  readonly n: string;
  readonly l: Readonly<Record<string, string>>;
  readonly t: number;
  readonly i: number;
  readonly j?: number;
  readonly k?: JsonSample;
  readonly v?: readonly JsonSample[];
}

/** A sample as JSON carries it. */
export function toJsonSample(value: number): JsonSample {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The number that a JSON sample stands for. */
export function fromJsonSample(sample: number | string): number {
  if (typeof sample === 'number') return sample;
  if (sample === '+Inf' || sample === 'Inf') return Infinity;
  return sample === '-Inf' ? -Infinity : Number(sample);
}
