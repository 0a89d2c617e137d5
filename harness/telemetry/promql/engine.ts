import type { Millis } from '../../../src/kernel/clock.ts';
import { compareLabels, LabelSet } from '../labels.ts';
import type { MetricStore } from '../store.ts';
import { SteppedSeries, type AnswerSeries, type Point } from './answer.ts';
import type { Expr, RangeNode, SubqueryNode } from './ast.ts';
import { typeOf } from './check.ts';
import { PromqlSyntaxError } from './errors.ts';
import { Evaluation, type WindowBounds } from './evaluation.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { parsePromql } from './parse.ts';
import { unwrap } from './range-call.ts';
import type { Grid, Value } from './value.ts';
import { WindowPlan } from './window-plan.ts';
import { rangeSource } from './windows.ts';

export type { AnswerSeries, Point } from './answer.ts';

/** What a query gives, with the annotations collected on the way. */
export type Answer = Content & { readonly warnings: readonly string[]; readonly infos: readonly string[] };

type Content =
  | { readonly kind: 'scalar'; readonly point: Point }
  | { readonly kind: 'string'; readonly atMs: Millis; readonly text: string }
  | { readonly kind: 'vector' | 'matrix'; readonly series: readonly AnswerSeries[] };

/** How to evaluate; the defaults are those of a Prometheus 3 server. */
export interface QueryOptions {
  /** Samples after this instant are invisible; default: all are visible. */
  readonly untilMs?: Millis;
  readonly lookbackMs?: Millis;
  readonly subqueryStepMs?: Millis;
  /** `closed` evaluates as Prometheus 2 does; default `left-open`. */
  readonly windows?: WindowBounds;
  readonly limits?: Limits;
}

/** First instant, last possible instant, and distance of the steps. */
export interface QueriedRange {
  readonly startMs: Millis;
  readonly endMs: Millis;
  readonly stepMs: Millis;
}

/** Evaluates an expression at one instant. Throws Promql errors. */
export function queryInstant(store: MetricStore, text: string, { atMs, ...options }: QueryOptions & { readonly atMs: Millis }): Answer {
  const expr = parsePromql(text);
  const grid: Grid = { startMs: atMs, stepMs: 1, count: 1 };
  const evaluation = evaluationFor(store, text, { ...options, outer: { startMs: atMs, endMs: atMs, stepMs: 0 } });
  const answer = typeOf(expr) === 'range vector' ? rawMatrix(expr, grid, evaluation) : instantAnswer(evaluation.evaluate(expr, grid), atMs);
  return { ...answer, warnings: evaluation.annotations.warnings, infos: evaluation.annotations.infos };
}

/** Evaluates an expression at start, start + step, … up to end. Throws Promql errors. */
export function queryRange(store: MetricStore, text: string, { startMs, endMs, stepMs, ...options }: QueryOptions & QueriedRange): Answer {
  const expr = parsePromql(text);
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'instant vector') throw new PromqlSyntaxError(`invalid expression type ${JSON.stringify(type)} for range query, must be Scalar or instant Vector`);
  const grid: Grid = { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
  const evaluation = evaluationFor(store, text, { ...options, outer: { startMs, endMs, stepMs } });
  const series = matrixOf(evaluation.evaluate(expr, grid), grid);
  return { kind: 'matrix', series, warnings: evaluation.annotations.warnings, infos: evaluation.annotations.infos };
}

function evaluationFor(store: MetricStore, text: string, options: QueryOptions & { readonly outer: Evaluation['outer'] }): Evaluation {
  const { untilMs = Infinity, lookbackMs = 300_000, subqueryStepMs = 60_000, windows = 'left-open', limits = defaultLimits, outer } = options;
  return new Evaluation({ store, text, untilMs, lookbackMs, subqueryStepMs, windows, limits, outer });
}

function instantAnswer(value: Value, atMs: Millis): Content {
  if (value.kind === 'string') return { kind: 'string', atMs, text: value.text };
  if (value.kind === 'scalar') return { kind: 'scalar', point: { atMs, value: value.values[0] as number } };
  return { kind: 'vector', series: value.series.map(({ labels, values }) => ({ labels, points: [{ atMs, value: values[0] as number }] })) };
}

function matrixOf(value: Value, grid: Grid): AnswerSeries[] {
  if (value.kind === 'string') return [];
  const columns = value.kind === 'vector' ? value.series : [{ labels: LabelSet.empty, values: value.values, present: new Uint8Array(grid.count).fill(1) }];
  return inOrder(columns.map(({ labels, values, present }) => new SteppedSeries(labels, grid, { values, present })));
}

/** A range vector asked for by itself: the samples of its window as they are. */
function rawMatrix(expr: Expr, grid: Grid, evaluation: Evaluation): Content {
  const source = rangeSource(unwrap(expr) as RangeNode | SubqueryNode, grid, evaluation);
  const series = source.series.map((stored) => {
    const { times, values } = stored.view(source.untilMs, { fromMs: source.fromMs });
    const { from, to } = new WindowPlan(times, source);
    const points: Point[] = [];
    for (let i = from[0] as number; i < (to[0] as number); i++) points.push({ atMs: times[i] as number, value: values[i] as number });
    evaluation.budget.hold(points.length);
    return { labels: stored.labels, points };
  });
  return { kind: 'matrix', series: inOrder(series.filter(({ points }) => points.length > 0)) };
}

const inOrder = (series: AnswerSeries[]): AnswerSeries[] => series.sort((a, b) => compareLabels(a.labels, b.labels));
