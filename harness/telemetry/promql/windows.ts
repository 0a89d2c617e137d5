import type { Millis } from '../../../src/kernel/clock.ts';
import { upperBound } from '../columns.ts';
import type { LabelSet } from '../labels.ts';
import type { RangeNode, SubqueryNode } from './ast.ts';
import { PromqlExecutionError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { referenceTime } from './selectors.ts';
import { blankSeries, instantOf, put, type Grid, type VectorSeries } from './value.ts';

/** The samples of one series in the window `(startMs, endMs]`: indexes `from` up to but not including `to`. */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  from: number;
  to: number;
  startMs: Millis;
  endMs: Millis;
  /** The instant of evaluation, before offset and @. */
  atMs: Millis;
}

/** A range vector before any window is cut: whole series, and where the window of an instant ends. */
export interface RangeSource {
  readonly rangeMs: Millis;
  /** See {@link Evaluation.earlierMs}. */
  readonly earlierMs: Millis;
  readonly reference: (atMs: Millis) => Millis;
  readonly series: readonly { readonly labels: LabelSet; readonly times: Float64Array; readonly values: Float64Array }[];
}

/** What a function makes of one window; `undefined` is no value. */
export type WindowFunction = (window: Window, step: number) => number | undefined;

/** The series that a range selector or a subquery ranges over. */
export function rangeSource(node: RangeNode | SubqueryNode, grid: Grid, evaluation: Evaluation): RangeSource {
  const rangeMs = evaluation.durationMs(node.range);
  const { earlierMs } = evaluation;
  const reference = referenceTime(node, evaluation);
  if (node.kind === 'range') {
    const series = evaluation.store.select(node.matchers).map((stored) => ({ labels: stored.labels, ...stored.view(evaluation.untilMs) }));
    return { rangeMs, earlierMs, reference, series: series.filter(({ times }) => times.length > 0) };
  }
  const inner = subqueryGrid(node, { firstMs: reference(grid.startMs) - rangeMs - earlierMs, lastMs: reference(instantOf(grid, grid.count - 1)) }, evaluation);
  return { rangeMs, earlierMs, reference, series: inner.count <= 0 ? [] : evaluation.vector(node.expr, inner).map((series) => compact(series, inner)) };
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

function compact({ labels, values, present }: VectorSeries, grid: Grid): RangeSource['series'][number] {
  const steps = [...present.keys()].filter((step) => present[step] === 1);
  return { labels, times: Float64Array.from(steps, (step) => instantOf(grid, step)), values: Float64Array.from(steps, (step) => values[step] as number) };
}

/** Applies a function to the window of each series at each step. Both ends of the window only ever move forward. */
export function overWindows(source: RangeSource, grid: Grid, apply: { readonly evaluation: Evaluation; readonly labels: (labels: LabelSet) => LabelSet; readonly to: WindowFunction }): VectorSeries[] {
  apply.evaluation.budget.hold(source.series.length * grid.count);
  return source.series.flatMap(({ labels, times, values }) => {
    const result = blankSeries(apply.labels(labels), grid.count);
    const window: Window = { times, values, from: 0, to: 0, startMs: 0, endMs: 0, atMs: 0 };
    let visits = 0;
    jumpTo(window, grid.startMs, source);
    for (let step = 0; step < grid.count; step++) {
      moveWindow(window, instantOf(grid, step), source);
      visits += window.to - window.from;
      if (window.to === window.from) continue;
      const value = apply.to(window, step);
      if (value !== undefined) put(result, step, value);
    }
    apply.evaluation.budget.visit(visits);
    return result.present.includes(1) ? [result] : [];
  });
}

/** Finds the first window without walking there. */
function jumpTo(window: Window, atMs: Millis, { reference, rangeMs, earlierMs }: RangeSource): void {
  const { times } = window;
  window.from = upperBound(times, times.length, reference(atMs) - rangeMs - earlierMs);
  window.to = upperBound(times, times.length, reference(atMs));
}

/** Cuts the window of the instant `atMs`. */
export function moveWindow(window: Window, atMs: Millis, { reference, rangeMs, earlierMs }: RangeSource): void {
  const { times } = window;
  window.atMs = atMs;
  window.endMs = reference(atMs);
  window.startMs = window.endMs - rangeMs;
  while (window.to < times.length && (times[window.to] as number) <= window.endMs) window.to++;
  while (window.from < window.to && (times[window.from] as number) <= window.startMs - earlierMs) window.from++;
}
