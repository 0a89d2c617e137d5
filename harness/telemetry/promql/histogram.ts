import { nameLabel } from '../labels.ts';
import { warnAboutQuantile } from './aggregate-rank.ts';
import type { Annotations } from './annotations.ts';
import type { Expr } from './ast.ts';
import { SlabColumns } from './column-source.ts';
import { layoutOf, type Histogram } from './histogram-layout.ts';
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

/** `histogram_quantile` over classic histograms. */
export function histogramQuantile(series: readonly VectorSeries[], levels: Float64Array, call: HistogramCall): VectorSeries[] {
  const histograms = histogramsIn(series, call);
  for (const level of levels) warnAboutQuantile(level, call.levelArg, call.annotations);
  return overHistograms({ histograms, series }, call, (buckets, step, name) => {
    const level = levels[step] as number;
    if (!(level >= 0 && level <= 1)) return Number.isNaN(level) ? NaN : level < 0 ? -Infinity : Infinity;
    if (buckets.bounds[buckets.size - 1] !== Infinity) return NaN;
    if (makeMonotonic(buckets)) noteRepair(name, call);
    return bucketQuantile(level, buckets);
  });
}

/** `histogram_fraction` over classic histograms: the share of observations between two bounds. */
export function histogramFraction(series: readonly VectorSeries[], { lower, upper }: { lower: Float64Array; upper: Float64Array }, call: HistogramCall): VectorSeries[] {
  return overHistograms({ histograms: histogramsIn(series, call), series }, call, (buckets, step) => bucketFraction(lower[step] as number, upper[step] as number, buckets));
}

function noteRepair(name: string, { annotations, bucketArg }: HistogramCall): void {
  const metric = name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;
  annotations.info(bucketArg, `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${metric}`);
}

/** The histograms among these series, with a warning for each series that is of none. */
function histogramsIn(series: readonly VectorSeries[], { annotations, bucketArg }: HistogramCall): readonly Histogram[] {
  const { histograms, others } = layoutOf(series, bucketArg);
  for (const labels of others) {
    annotations.warn(bucketArg, `bucket label "le" is missing or has a malformed value of ${JSON.stringify(labels.get('le'))} for metric name ${JSON.stringify(labels.get(nameLabel))}`);
  }
  return histograms;
}

interface Found {
  readonly histograms: readonly Histogram[];
  readonly series: readonly VectorSeries[];
}

function overHistograms({ histograms, series }: Found, { grid }: HistogramCall, compute: (buckets: Buckets, step: number, name: string) => number): VectorSeries[] {
  const columns = new SlabColumns(grid.count);
  const most = histograms.reduce((size, { places }) => Math.max(size, places.length), 0);
  const row: Buckets = { bounds: new Float64Array(most), counts: new Float64Array(most), size: 0 };
  return histograms.map((histogram) => {
    const { labels, name } = histogram;
    const { values, present } = columns.next();
    for (let step = 0; step < grid.count; step++) {
      fill(row, histogram, { series, step });
      if (row.size === 0) continue;
      values[step] = compute(row, step, name);
      present[step] = 1;
    }
    return { labels, values, present };
  });
}

/** Takes the buckets of one step; equal bounds, written differently, add up. */
function fill(row: Buckets, { bounds, places }: Histogram, { series, step }: { readonly series: readonly VectorSeries[]; readonly step: number }): void {
  let size = 0;
  for (let i = 0; i < places.length; i++) {
    const { present, values } = series[places[i] as number] as VectorSeries;
    if (present[step] === 0) continue;
    const count = values[step] as number;
    const bound = bounds[i] as number;
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
