import type { Millis } from '../../src/kernel/clock.ts';
import type { MetricMeta } from './contract.ts';

/** Name of the format, in the first line. */
export const metricsFormat = 'lab-metrics/2';

/** Formats that are read: the first one had one series a line, and neither `r` nor `d`. */
export const readableFormats: readonly string[] = ['lab-metrics/1', metricsFormat];

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
  readonly format: string;
  readonly startMs: Millis;
  readonly endMs: Millis;
  readonly series: number;
  readonly targets: readonly TargetLine[];
  readonly metadata?: Readonly<Record<string, MetricMeta>>;
}

/** A series of a target, or buckets of a histogram with the same samples: then `le` is the list of their bounds. */
export interface SeriesLine {
  readonly n: string;
  readonly l: Readonly<Record<string, string>> & { readonly le?: string | readonly string[] };
  /** Index of the target. */
  readonly t: number;
  /** The first scrape. */
  readonly i: number;
  /** A constant up to scrape `j`. */
  readonly j?: number;
  readonly k?: JsonSample;
  /** Values. */
  readonly v?: readonly JsonSample[];
  /** Or by how much each value is larger than the one before, the first than 0, in units of the `e`-th decimal place. */
  readonly d?: readonly (number | null)[];
  readonly e?: number;
  /** For how many scrapes each value stands; else each stands for one. */
  readonly r?: readonly number[];
}

/** A value of a line, and for how many scrapes it stands. */
export interface LineLevel {
  readonly sample: JsonSample;
  readonly scrapes: number;
}

/** What a line says from its first scrape on. */
export function levelsOf({ i, j = i, k = null, v, d, e = 0, r }: SeriesLine): readonly LineLevel[] {
  if (!v && !d) return [{ sample: k, scrapes: j - i + 1 }];
  const samples = v ?? addedUp(d ?? [], 10 ** e);
  return samples.map((sample, at) => ({ sample, scrapes: r ? (r[at] ?? 0) : 1 }));
}

function addedUp(differences: readonly (number | null)[], scale: number): JsonSample[] {
  let sum = 0;
  return differences.map((difference) => (difference === null ? null : (sum += difference) / scale));
}

/** The same, one sample a scrape. */
export const samplesOf = (line: SeriesLine): readonly JsonSample[] => levelsOf(line).flatMap(({ sample, scrapes }) => Array.from({ length: scrapes }, () => sample));

/** The labels of each series of a line. */
export function labelsOf({ l }: SeriesLine): readonly Readonly<Record<string, string>>[] {
  const { le, ...others } = l;
  return Array.isArray(le) ? le.map((bound: string) => ({ ...others, le: bound })) : [l as Readonly<Record<string, string>>];
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
