import { assert } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { MetricStore } from '../store.ts';
import { aggregate } from './aggregate.ts';
import { Annotations } from './annotations.ts';
import type { DurationExpr, Expr } from './ast.ts';
import { binary } from './binary.ts';
import { durationMs } from './durations.ts';
import { PromqlExecutionError } from './errors.ts';
import { call } from './functions.ts';
import { Budget, type Limits } from './limits.ts';
import { selectInstant } from './selectors.ts';
import { constant, mapSeries, mergeEqualLabels, vector, type Grid, type Value, type VectorSeries } from './value.ts';

/** Whether the earliest instant of a window is outside it, as since Prometheus 3, or inside it, as before. */
export type WindowBounds = 'left-open' | 'closed';

/** What an evaluation is given. */
export interface EvaluationInput {
  readonly store: MetricStore;
  readonly text: string;
  /** Samples after this instant do not exist for the query. */
  readonly untilMs: Millis;
  readonly lookbackMs: Millis;
  readonly subqueryStepMs: Millis;
  readonly windows: WindowBounds;
  /** The range of the outermost query: what `start()` and `end()` mean. */
  readonly outer: { readonly startMs: Millis; readonly endMs: Millis; readonly stepMs: Millis };
  readonly limits: Limits;
}

/** One running query: evaluates nodes over whole grids at once, one column per series. */
export class Evaluation {
  readonly store: MetricStore;
  readonly untilMs: Millis;
  readonly lookbackMs: Millis;
  readonly subqueryStepMs: Millis;
  /** By how much the earliest sample of a window may be older than an open one allows; samples are at whole milliseconds. */
  readonly earlierMs: Millis;
  readonly outer: EvaluationInput['outer'];
  readonly annotations: Annotations;
  readonly budget: Budget;

  constructor(input: EvaluationInput) {
    this.store = input.store;
    this.untilMs = input.untilMs;
    this.lookbackMs = input.lookbackMs;
    this.subqueryStepMs = input.subqueryStepMs;
    this.earlierMs = input.windows === 'closed' ? 1 : 0;
    this.outer = input.outer;
    this.annotations = new Annotations(input.text);
    this.budget = new Budget(input.limits);
  }

  /** The value of a node on a grid. */
  evaluate(expr: Expr, grid: Grid): Value {
    switch (expr.kind) {
      case 'number':
        return constant(expr.value, grid.count);
      case 'string':
        return { kind: 'string', text: expr.value };
      case 'paren':
        return this.evaluate(expr.expr, grid);
      case 'selector':
        return vector(selectInstant(expr, grid, this));
      case 'unary':
        return this.#unary(expr.op, this.evaluate(expr.expr, grid));
      case 'binary':
        return binary(expr, { left: this.evaluate(expr.left, grid), right: this.evaluate(expr.right, grid) }, grid);
      case 'aggregate':
        return vector(aggregate(expr, grid, this));
      case 'call':
        return call(expr, grid, this);
      case 'range':
      case 'subquery':
        throw new PromqlExecutionError('a range vector has no value at an instant');
    }
  }

  /** The series of a node that is known to be an instant vector. */
  vector(expr: Expr, grid: Grid): readonly VectorSeries[] {
    const value = this.evaluate(expr, grid);
    assert(value.kind === 'vector', `an instant vector was promised, a ${value.kind} came`);
    return value.series;
  }

  /** The numbers of a node that is known to be a scalar. */
  scalar(expr: Expr, grid: Grid): Float64Array {
    const value = this.evaluate(expr, grid);
    assert(value.kind === 'scalar', `a scalar was promised, a ${value.kind} came`);
    return value.values;
  }

  /** Milliseconds of a duration that may refer to the query's own step and range. */
  durationMs(expr: DurationExpr): Millis {
    const { startMs, endMs, stepMs } = this.outer;
    return durationMs(expr, { stepMs, rangeMs: endMs - startMs });
  }

  #unary(op: '+' | '-', value: Value): Value {
    if (op === '+') return value;
    if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((number) => -number) };
    assert(value.kind === 'vector', 'a sign before a string');
    return vector(mergeEqualLabels(mapSeries(value.series, (labels) => labels.withoutName(), (number) => -number)));
  }
}
