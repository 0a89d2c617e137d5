import type { Millis } from '../../../src/kernel/clock.ts';
import type { LabelSet } from '../labels.ts';
import { SampleScratch } from '../packed-rows.ts';
import type { SeriesSource, SeriesView } from '../series.ts';
import type { RangeNode, SubqueryNode } from './ast.ts';
import { ReusedColumn, SlabColumns, type Column, type ColumnSource, type SeriesVisitor } from './column-source.ts';
import { PromqlExecutionError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { windowPlan } from './remembered-plans.ts';
import { referenceGrid } from './selectors.ts';
import { instantOf, type Grid, type VectorSeries } from './value.ts';
import type { WindowPlan, WindowSpan } from './window-plan.ts';

/** The samples of one series in the window `(startMs, endMs]`: indexes `from` up to but not including `to`. */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  from: number;
  to: number;
  startMs: Millis;
  endMs: Millis;
}

/** A range vector before any window is cut: whole series, and where the window of an instant ends. */
export interface RangeSource extends WindowSpan {
  readonly series: readonly SeriesSource[];
  /** No window holds a sample from up to `fromMs` or from after `untilMs`. */
  readonly fromMs: Millis;
  readonly untilMs: Millis;
}

/** Writes what a function makes of the windows of one series; gives where there is a value. */
export type RangeFunction = (samples: SeriesView, plan: WindowPlan, result: Column) => Uint8Array;

/** What a function makes of one window; `undefined` is no value. */
export type WindowFunction = (window: Window, step: number) => number | undefined;

/** The series that a range selector or a subquery ranges over. */
export function rangeSource(node: RangeNode | SubqueryNode, grid: Grid, evaluation: Evaluation): RangeSource {
  const rangeMs = evaluation.durationMs(node.range);
  const { earlierMs } = evaluation;
  const ends = referenceGrid(node, grid, evaluation);
  const fromMs = ends.startMs - rangeMs - earlierMs;
  const lastMs = instantOf(ends, ends.count - 1);
  const span = { ends, rangeMs, earlierMs, fromMs, untilMs: Math.min(evaluation.untilMs, lastMs) };
  if (node.kind === 'range') return { ...span, series: evaluation.store.select(node.matchers) };
  const inner = subqueryGrid(node, { firstMs: fromMs, lastMs }, evaluation);
  return { ...span, series: inner.count <= 0 ? [] : evaluation.vector(node.expr, inner).map((series) => compact(series, inner)) };
}

const maxSubquerySteps = 1_000_000;

/** The steps of a subquery are multiples of its step since the epoch, whatever the outer query asks. */
function subqueryGrid(node: SubqueryNode, { firstMs, lastMs }: { firstMs: Millis; lastMs: Millis }, evaluation: Evaluation): Grid {
  const stepMs = node.step === undefined ? evaluation.subqueryStepMs : evaluation.durationMs(node.step);
  if (stepMs <= 0) throw new PromqlExecutionError('duration must be greater than 0');
  const startMs = (Math.floor(firstMs / stepMs) + 1) * stepMs;
  const count = Math.floor((lastMs - startMs) / stepMs) + 1;
  if (count > maxSubquerySteps) evaluation.budget.hold(Infinity);
  return { startMs, stepMs, count };
}

function compact({ labels, values, present }: VectorSeries, grid: Grid): SeriesSource {
  const steps = [...present.keys()].filter((step) => present[step] === 1);
  const view: SeriesView = { times: Float64Array.from(steps, (step) => instantOf(grid, step)), values: Float64Array.from(steps, (step) => values[step] as number), stale: [], falls: true };
  return { labels, label: (name) => labels.get(name), view: () => view };
}

/** What to do with each series of a range vector. */
export interface OverWindows {
  readonly evaluation: Evaluation;
  readonly labels: (labels: LabelSet) => LabelSet;
  readonly to: RangeFunction;
}

/** Applies a function to the windows of each series: those that have a value somewhere. */
export function overWindows(source: RangeSource, grid: Grid, apply: OverWindows): VectorSeries[] {
  const found: VectorSeries[] = [];
  run(source, grid, { ...apply, columns: new SlabColumns(grid.count), visit: (labels, { values, present }) => void found.push({ labels, values, present }) });
  return found;
}

/** The same, one series after the other: none is kept. */
export function eachOverWindows(source: RangeSource, grid: Grid, apply: OverWindows & { readonly visit: SeriesVisitor }): void {
  run(source, grid, { ...apply, columns: ReusedColumn.for(grid.count) });
}

/** Samples are used up before the next are read. */
const scratch = new SampleScratch();

function run(source: RangeSource, grid: Grid, { evaluation, labels, to, columns, visit }: OverWindows & { readonly visit: SeriesVisitor; readonly columns: ColumnSource }): void {
  evaluation.budget.hold(source.series.length * grid.count);
  const options = { fromMs: source.fromMs, scratch };
  const kept = new SlabColumns(grid.count);
  const known = new Map<object, Column & { readonly visits: number }>();
  let plan: WindowPlan | undefined;
  for (const series of source.series) {
    const { common } = series;
    const same = common && known.get(common);
    if (same) {
      evaluation.budget.visit(same.visits);
      visit(labels(series.labels), same);
      continue;
    }
    const samples = series.view(source.untilMs, options);
    if (samples.times.length === 0) continue;
    if (plan?.times !== samples.times) plan = windowPlan(samples.times, source);
    evaluation.budget.visit(plan.visits);
    if (plan.visits === 0) continue;
    const column = common ? kept.next() : columns.next();
    const present = to(samples, plan, column);
    if (!present.includes(1)) continue;
    const result = { values: column.values, present, visits: plan.visits };
    if (common) known.set(common, result);
    visit(labels(series.labels), result);
  }
}

/** A function of single windows as one of whole series. */
export function perWindow(apply: WindowFunction): RangeFunction {
  return ({ times, values }, { from, to, span: { ends, rangeMs } }, result) => {
    const window: Window = { times, values, from: 0, to: 0, startMs: 0, endMs: 0 };
    result.present.fill(0);
    for (let step = 0; step < ends.count; step++) {
      if (from[step] === to[step]) continue;
      window.from = from[step] as number;
      window.to = to[step] as number;
      window.endMs = instantOf(ends, step);
      window.startMs = window.endMs - rangeMs;
      const value = apply(window, step);
      if (value === undefined) continue;
      result.values[step] = value;
      result.present[step] = 1;
    }
    return result.present;
  };
}
