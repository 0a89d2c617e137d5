import { nameLabel, type LabelSet } from '../labels.ts';
import { warnAboutQuantile } from './aggregate-rank.ts';
import type { Annotations } from './annotations.ts';
import type { Expr } from './ast.ts';
import { SlabColumns } from './column-source.ts';
import { parseNumber } from './literals.ts';
import { rememberedByObject } from './remembered.ts';
import type { Grid, VectorSeries } from './value.ts';

/** Where the arguments stand, for annotations. */
interface HistogramCall {
  readonly grid: Grid;
  readonly annotations: Annotations;
  readonly levelArg: Expr;
  readonly bucketArg: Expr;
}

/** The cumulative buckets of one histogram at one step, in order of bounds: the first `size` of them. */
interface Buckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  size: number;
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
    const level = levels[step] as number;
    if (!(level >= 0 && level <= 1)) return Number.isNaN(level) ? NaN : level < 0 ? -Infinity : Infinity;
    if (buckets.bounds[buckets.size - 1] !== Infinity) return NaN;
    if (makeMonotonic(buckets)) noteRepair(name, call);
    return bucketQuantile(level, buckets);
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

function overHistograms(histograms: readonly Histogram[], { grid }: HistogramCall, compute: (buckets: Buckets, step: number, name: string) => number): VectorSeries[] {
  const columns = new SlabColumns(grid.count);
  return histograms.map(({ labels, name, buckets }) => {
    const { values, present } = columns.next();
    const row: Buckets = { bounds: new Float64Array(buckets.length), counts: new Float64Array(buckets.length), size: 0 };
    for (let step = 0; step < grid.count; step++) {
      fill(row, buckets, step);
      if (row.size === 0) continue;
      values[step] = compute(row, step, name);
      present[step] = 1;
    }
    return { labels, values, present };
  });
}

/** Takes the buckets of one step; equal bounds, written differently, add up. */
function fill(row: Buckets, buckets: Histogram['buckets'], step: number): void {
  let size = 0;
  for (const { bound, series } of buckets) {
    if (series.present[step] === 0) continue;
    const count = series.values[step] as number;
    if (size > 0 && row.bounds[size - 1] === bound) row.counts[size - 1]! += count;
    else {
      row.bounds[size] = bound;
      row.counts[size++] = count;
    }
  }
  row.size = size;
}

/** Differences of less than this share come from floating point and are levelled without a word. */
const smallDelta = 1e-12;

/** Counts of cumulative buckets must not fall; says whether one had to be lifted by more than rounding explains. */
function makeMonotonic({ counts, size }: Buckets): boolean {
  let repaired = false;
  let highest = counts[0] as number;
  for (let i = 1; i < size; i++) {
    const count = counts[i] as number;
    if (count === highest) continue;
    if (almostEqual(highest, count)) counts[i] = highest;
    else if (count < highest) {
      counts[i] = highest;
      repaired = true;
    } else highest = count;
  }
  return repaired;
}

function almostEqual(a: number, b: number): boolean {
  return Math.abs(a - b) / Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE) < smallDelta;
}

/** The q-quantile of monotonic buckets that end at infinity. */
function bucketQuantile(q: number, { bounds, counts, size }: Buckets): number {
  const total = counts[size - 1] as number;
  if (size < 2 || total === 0 || Number.isNaN(total)) return NaN;
  const rank = q * total;
  let found = 0;
  while (found < size - 1 && !((counts[found] as number) >= rank)) found++;
  if (found === size - 1) return bounds[size - 2] as number;
  const bound = bounds[found] as number;
  if (found === 0 && bound <= 0) return bound;
  const start = found > 0 ? (bounds[found - 1] as number) : 0;
  const before = found > 0 ? (counts[found - 1] as number) : 0;
  return start + (bound - start) * ((rank - before) / ((counts[found] as number) - before));
}

function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  const total = buckets.counts[buckets.size - 1] as number;
  if (buckets.bounds[buckets.size - 1] !== Infinity) return NaN;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (countBelow(upper, buckets) - countBelow(lower, buckets)) / total;
}

/**
 * Observations up to a bound, with a straight line inside a bucket. The first bucket starts at zero, or, where its
 * bound is not positive, at minus infinity with all its observations there; the last has all of them at infinity.
 */
function countBelow(limit: number, { bounds, counts, size }: Buckets): number {
  let start = (bounds[0] as number) <= 0 ? -Infinity : 0;
  let before = 0;
  if (limit <= start) return 0;
  for (let i = 0; i < size; i++) {
    const [bound, count] = [bounds[i] as number, counts[i] as number];
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
