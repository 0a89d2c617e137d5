import { nameLabel, type LabelSet } from '../labels.ts';
import { warnAboutQuantile } from './aggregate-rank.ts';
import type { Annotations } from './annotations.ts';
import type { Expr } from './ast.ts';
import { parseNumber } from './literals.ts';
import { rememberedByObject } from './remembered.ts';
import { blankSeries, put, type Grid, type VectorSeries } from './value.ts';

/** Where the arguments stand, for annotations. */
interface HistogramCall {
  readonly grid: Grid;
  readonly annotations: Annotations;
  readonly levelArg: Expr;
  readonly bucketArg: Expr;
}

/** A cumulative bucket at one step. */
interface Bucket {
  readonly bound: number;
  count: number;
}

/** The `_bucket` series of one histogram. */
interface Histogram {
  readonly labels: LabelSet;
  readonly name: string;
  readonly buckets: { readonly bound: number; readonly series: VectorSeries }[];
}

/** `histogram_quantile` over classic histograms. */
export function histogramQuantile(series: readonly VectorSeries[], levels: Float64Array, call: HistogramCall): VectorSeries[] {
  const histograms = collect(series, call);
  for (const level of levels) warnAboutQuantile(level, call.levelArg, call.annotations);
  return overHistograms(histograms, call, (buckets, step, name) => {
    const { quantile, repaired } = bucketQuantile(levels[step] as number, buckets);
    if (repaired) noteRepair(name, call);
    return quantile;
  });
}

/** `histogram_fraction` over classic histograms: the share of observations between two bounds. */
export function histogramFraction(series: readonly VectorSeries[], { lower, upper }: { lower: Float64Array; upper: Float64Array }, call: HistogramCall): VectorSeries[] {
  return overHistograms(collect(series, call), call, (buckets, step) => bucketFraction(lower[step] as number, upper[step] as number, buckets));
}

function noteRepair(name: string, { annotations, bucketArg }: HistogramCall): void {
  const metric = name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;
  annotations.info(bucketArg, `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${metric}`);
}

function collect(series: readonly VectorSeries[], { annotations, bucketArg }: HistogramCall): Histogram[] {
  const histograms = new Map<string, Histogram>();
  for (const each of series) {
    const { bound, named } = bucketOf(each.labels);
    const name = named.get(nameLabel);
    if (bound === undefined) {
      const le = each.labels.get('le');
      annotations.warn(bucketArg, `bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)} for metric name ${JSON.stringify(name)}`);
      continue;
    }
    // Histograms of different metrics stay apart, and collide when the name is dropped.
    const known = histograms.get(named.key);
    if (known) known.buckets.push({ bound, series: each });
    else histograms.set(named.key, { labels: named.withoutName(), name, buckets: [{ bound, series: each }] });
  }
  for (const { buckets } of histograms.values()) buckets.sort((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0));
  return [...histograms.values()];
}

/** The bound of a bucket and the histogram that it belongs to. */
const bucketOf = rememberedByObject((labels: LabelSet) => ({ bound: parseBound(labels.get('le')), named: labels.filter((label) => label !== 'le') }));

/** `le` as Go parses floats; the empty text is no number here, nor is a duration. */
function parseBound(le: string): number | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/.exec(le) ?? [];
  if (!/^(inf(inity)?|nan|[\d.]+(e[+-]?\d+)?)$/i.test(body)) return undefined;
  const value = parseNumber(body.replace(/^infinity$/i, 'inf').replace(/^0+(?=\d)/, ''));
  return value === undefined ? undefined : sign === '-' ? -value : value;
}

function overHistograms(histograms: readonly Histogram[], { grid }: HistogramCall, compute: (buckets: Bucket[], step: number, name: string) => number): VectorSeries[] {
  return histograms.map(({ labels, name, buckets }) => {
    const result = blankSeries(labels, grid.count);
    for (let step = 0; step < grid.count; step++) {
      const present = bucketsAt(buckets, step);
      if (present.length > 0) put(result, step, compute(present, step, name));
    }
    return result;
  });
}

/** The buckets of one step in order of bounds; equal bounds, written differently, add up. */
function bucketsAt(buckets: Histogram['buckets'], step: number): Bucket[] {
  const found: Bucket[] = [];
  for (const { bound, series } of buckets) {
    if (series.present[step] === 0) continue;
    const previous = found.at(-1);
    if (previous?.bound === bound) previous.count += series.values[step] as number;
    else found.push({ bound, count: series.values[step] as number });
  }
  return found;
}

/** Differences of less than this share come from floating point and are levelled without a word. */
const smallDelta = 1e-12;

/** Counts of cumulative buckets must not fall; says whether one had to be lifted by more than rounding explains. */
function makeMonotonic(buckets: readonly Bucket[]): boolean {
  let repaired = false;
  let highest = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    if (bucket.count === highest) continue;
    if (almostEqual(highest, bucket.count)) bucket.count = highest;
    else if (bucket.count < highest) {
      bucket.count = highest;
      repaired = true;
    } else highest = bucket.count;
  }
  return repaired;
}

function almostEqual(a: number, b: number): boolean {
  return Math.abs(a - b) / Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE) < smallDelta;
}

function bucketQuantile(q: number, buckets: Bucket[]): { quantile: number; repaired: boolean } {
  const plain = (quantile: number) => ({ quantile, repaired: false });
  if (Number.isNaN(q)) return plain(NaN);
  if (q < 0) return plain(-Infinity);
  if (q > 1) return plain(Infinity);
  const top = buckets.at(-1) as Bucket;
  if (top.bound !== Infinity) return plain(NaN);
  const repaired = makeMonotonic(buckets);
  if (buckets.length < 2 || top.count === 0 || Number.isNaN(top.count)) return { quantile: NaN, repaired };
  const rank = q * top.count;
  const found = buckets.findIndex(({ count }, i) => i === buckets.length - 1 || count >= rank);
  const bucket = buckets[found] as Bucket;
  const below = buckets[found - 1];
  if (found === buckets.length - 1) return { quantile: (below as Bucket).bound, repaired };
  if (found === 0 && bucket.bound <= 0) return { quantile: bucket.bound, repaired };
  const start = below?.bound ?? 0;
  const before = below?.count ?? 0;
  return { quantile: start + (bucket.bound - start) * ((rank - before) / (bucket.count - before)), repaired };
}

function bucketFraction(lower: number, upper: number, buckets: Bucket[]): number {
  const top = buckets.at(-1) as Bucket;
  if (top.bound !== Infinity) return NaN;
  if (top.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (countBelow(upper, buckets) - countBelow(lower, buckets)) / top.count;
}

/**
 * Observations up to a bound, with a straight line inside a bucket. The first bucket starts at zero, or, where its
 * bound is not positive, at minus infinity with all its observations there; the last has all of them at infinity.
 */
function countBelow(limit: number, buckets: readonly Bucket[]): number {
  let start = (buckets[0]?.bound ?? 0) <= 0 ? -Infinity : 0;
  let before = 0;
  if (limit <= start) return 0;
  for (const { bound, count } of buckets) {
    if (limit < bound) {
      if (start === -Infinity) return count;
      if (bound === Infinity) return before;
      return before + ((count - before) * (limit - start)) / (bound - start);
    }
    start = bound;
    before = count;
  }
  return before;
}
