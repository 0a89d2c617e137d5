import { matcherLabels } from './absent.ts';
import type { CallNode, Expr, RangeNode, SubqueryNode } from './ast.ts';
import { PromqlExecutionError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { histogramFraction, histogramQuantile } from './histogram.ts';
import { labelJoin, labelReplace } from './label-functions.ts';
import { calendarFunctions, valueFunctions } from './math-functions.ts';
import { warnAboutQuantile } from './aggregate-rank.ts';
import { sortSeries, type Direction } from './notes.ts';
import { rangeCall, unwrap } from './range-call.ts';
import { predictLinear, quantileOverTime, rangeFunctions } from './range-functions.ts';
import { selectInstant } from './selectors.ts';
import { blankSeries, instantOf, mapSeries, mergeEqualLabels, put, vector, type Grid, type Value, type VectorSeries } from './value.ts';
import { LabelSet } from '../labels.ts';
import { overWindows, perWindow, rangeSource, type RangeFunction } from './windows.ts';

/** A call as its implementation sees it: evaluated arguments on demand. */
interface Call {
  readonly node: CallNode;
  readonly grid: Grid;
  readonly evaluation: Evaluation;
  readonly vector: (index: number) => readonly VectorSeries[];
  readonly scalar: (index: number) => Float64Array;
  readonly text: (index: number) => string;
  readonly arg: (index: number) => Expr;
}

/** Calls a function on a grid. */
export function call(node: CallNode, grid: Grid, evaluation: Evaluation): Value {
  const arg = (index: number) => node.args[index] as Expr;
  const context: Call = {
    node,
    grid,
    evaluation,
    arg,
    vector: (index) => evaluation.vector(arg(index), grid),
    scalar: (index) => evaluation.scalar(arg(index), grid),
    text: (index) => {
      const value = evaluation.evaluate(arg(index), grid);
      return value.kind === 'string' ? value.text : '';
    },
  };
  const special = functions[node.func];
  if (special) return special(context);
  const map = valueFunctions.get(node.func);
  if (map) return nameless(context.vector(0), map);
  const calendar = calendarFunctions.get(node.func);
  if (calendar) return node.args.length === 0 ? { kind: 'vector', series: [overInstants(grid, (atMs) => calendar(atMs / 1_000))] } : nameless(context.vector(0), calendar);
  const overRange = rangeFunctions.get(node.func);
  if (overRange) return windowed(context, 0, overRange);
  throw new PromqlExecutionError(`function ${JSON.stringify(node.func)} is not implemented`);
}

const nameless = (series: readonly VectorSeries[], map: (value: number, step: number) => number | undefined): Value =>
  vector(mergeEqualLabels(mapSeries(series, (labels) => labels.withoutName(), map)));

/** A series without labels that has a value at every step. */
function overInstants(grid: Grid, valueAt: (atMs: number, step: number) => number): VectorSeries {
  const series = blankSeries(LabelSet.empty, grid.count);
  for (let step = 0; step < grid.count; step++) put(series, step, valueAt(instantOf(grid, step), step));
  return series;
}

const windowed = ({ node, grid, evaluation }: Call, index: number, to: RangeFunction): Value => ({ kind: 'vector', series: rangeCall({ node, index, to }, grid, evaluation) });

const functions: Readonly<Record<string, (call: Call) => Value>> = {
  time: ({ grid }) => ({ kind: 'scalar', values: Float64Array.from({ length: grid.count }, (_, step) => instantOf(grid, step) / 1_000) }),
  pi: ({ grid }) => ({ kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) }),
  vector: ({ grid, scalar }) => {
    const values = scalar(0);
    return vector([overInstants(grid, (_, step) => values[step] as number)]);
  },
  scalar: ({ grid, vector: series }) => ({ kind: 'scalar', values: onlyValues(series(0), grid) }),
  timestamp: ({ grid, evaluation, arg, vector: series }) => {
    const inner = unwrap(arg(0));
    if (inner.kind === 'selector') return nameless(selectInstant(inner, grid, evaluation, 'timestamp'), (value) => value);
    return nameless(series(0), (_, step) => instantOf(grid, step) / 1_000);
  },
  absent: ({ grid, arg, vector: series }) => absentVector(arg(0), series(0), grid),
  absent_over_time: (context) => {
    const found = windowedPresence(context);
    return absentVector(context.arg(0), found, context.grid);
  },
  predict_linear: (context) => {
    const ahead = context.scalar(1);
    return windowed(context, 0, perWindow((window, step) => predictLinear(window, { atMs: instantOf(context.grid, step), aheadSeconds: ahead[step] as number })));
  },
  quantile_over_time: (context) => {
    const levels = context.scalar(0);
    return windowed(context, 1, perWindow((window, step) => {
      const level = levels[step] as number;
      warnAboutQuantile(level, context.arg(0), context.evaluation.annotations);
      return quantileOverTime(window, level);
    }));
  },
  round: ({ node, scalar, vector: series }) => {
    const nearest = node.args.length > 1 ? scalar(1) : undefined;
    return nameless(series(0), (value, step) => {
      const inverse = 1 / (nearest ? (nearest[step] as number) : 1);
      return Math.floor(value * inverse + 0.5) / inverse;
    });
  },
  clamp: ({ scalar, vector: series }) => clamp(series(0), scalar(1), scalar(2)),
  clamp_min: ({ scalar, vector: series }) => clamp(series(0), scalar(1), undefined),
  clamp_max: ({ scalar, vector: series }) => clamp(series(0), undefined, scalar(1)),
  sort: (context) => sorted(context, 'ascending'),
  sort_desc: (context) => sorted(context, 'descending'),
  label_replace: ({ vector: series, text }) => vector(mergeEqualLabels(labelReplace(series(0), { target: text(1), replacement: text(2), source: text(3), regex: text(4) }))),
  label_join: ({ node, vector: series, text }) =>
    vector(mergeEqualLabels(labelJoin(series(0), { target: text(1), separator: text(2), sources: node.args.slice(3).map((_, i) => text(i + 3)) }))),
  histogram_quantile: ({ grid, evaluation, arg, scalar, vector: series }) => {
    const levels = scalar(0);
    return vector(mergeEqualLabels(histogramQuantile(series(1), levels, { grid, annotations: evaluation.annotations, levelArg: arg(0), bucketArg: arg(1) })));
  },
  histogram_fraction: ({ grid, evaluation, arg, scalar, vector: series }) =>
    vector(mergeEqualLabels(histogramFraction(series(2), { lower: scalar(0), upper: scalar(1) }, { grid, annotations: evaluation.annotations, levelArg: arg(0), bucketArg: arg(2) }))),
  // These five read native histograms, which this store does not keep: floats give nothing.
  histogram_avg: () => vector([]),
  histogram_count: () => vector([]),
  histogram_sum: () => vector([]),
  histogram_stddev: () => vector([]),
  histogram_stdvar: () => vector([]),
};

/** The value of the only series at each step, NaN where there are none or several. */
function onlyValues(series: readonly VectorSeries[], grid: Grid): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, step) => {
    const present = series.filter((each) => each.present[step] === 1);
    return present.length === 1 ? (present[0]?.values[step] as number) : NaN;
  });
}

/** Go's minimum and maximum: an infinity that decides the matter wins over NaN. */
const goMin = (a: number, b: number): number => (a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b));
const goMax = (a: number, b: number): number => (a === Infinity || b === Infinity ? Infinity : Math.max(a, b));

function clamp(series: readonly VectorSeries[], low: Float64Array | undefined, high: Float64Array | undefined): Value {
  return nameless(series, (value, step) => {
    const least = low ? (low[step] as number) : -Infinity;
    const most = high ? (high[step] as number) : Infinity;
    if (most < least) return undefined;
    return goMax(least, goMin(most, value));
  });
}

function sorted({ evaluation, node, vector: series }: Call, direction: Direction): Value {
  return { kind: 'vector', series: sortSeries(series(0), direction, { evaluation, node }) };
}

function windowedPresence({ grid, evaluation, arg }: Call): VectorSeries[] {
  return overWindows(rangeSource(unwrap(arg(0)) as RangeNode | SubqueryNode, grid, evaluation), grid, { evaluation, labels: (labels) => labels, to: perWindow(() => 1) });
}

function absentVector(selector: Expr, found: readonly VectorSeries[], grid: Grid): Value {
  const result = blankSeries(matcherLabels(unwrap(selector)), grid.count);
  for (let step = 0; step < grid.count; step++) if (found.every(({ present }) => present[step] === 0)) put(result, step, 1);
  return vector([result]);
}
