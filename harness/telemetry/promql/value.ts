import type { Millis } from '../../../src/kernel/clock.ts';
import type { LabelSet } from '../labels.ts';
import { PromqlExecutionError } from './errors.ts';

/** The instants at which a query is evaluated; an instant query has one. */
export interface Grid {
  readonly startMs: Millis;
  readonly stepMs: Millis;
  readonly count: number;
}

/** The instant of one step. */
export const instantOf = (grid: Grid, step: number): Millis => grid.startMs + step * grid.stepMs;

/** One series of a result: a value per step, and whether there is one. NaN is a value like any other. */
export interface VectorSeries {
  readonly labels: LabelSet;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** A number per step. */
export interface ScalarValue {
  readonly kind: 'scalar';
  readonly values: Float64Array;
}

/** Series over the steps. */
export interface VectorValue {
  readonly kind: 'vector';
  readonly series: readonly VectorSeries[];
}

/** A text. */
export interface StringValue {
  readonly kind: 'string';
  readonly text: string;
}

/** What an expression gives on a grid. */
export type Value = ScalarValue | VectorValue | StringValue;

/** A series without values yet. */
export const blankSeries = (labels: LabelSet, steps: number): VectorSeries => ({ labels, values: new Float64Array(steps), present: new Uint8Array(steps) });

/** Wraps series, leaving out those without any value. */
export const vector = (series: readonly VectorSeries[]): VectorValue => ({ kind: 'vector', series: series.filter(({ present }) => present.includes(1)) });

/** A scalar with the same value at each step. */
export const constant = (value: number, steps: number): ScalarValue => ({ kind: 'scalar', values: new Float64Array(steps).fill(value) });

/** Writes one value. */
export function put(series: VectorSeries, step: number, value: number): void {
  series.values[step] = value;
  series.present[step] = 1;
}

/** Maps every value of every series, with labels changed as told. */
export function mapSeries(series: readonly VectorSeries[], labels: (labels: LabelSet) => LabelSet, map: (value: number, step: number) => number | undefined): VectorSeries[] {
  return series.map((source) => {
    const values = new Float64Array(source.values.length);
    let { present } = source;
    for (let step = 0; step < values.length; step++) {
      if (source.present[step] === 0) continue;
      const value = map(source.values[step] as number, step);
      if (value !== undefined) values[step] = value;
      else {
        // What others have as well is not written to.
        if (present === source.present) present = present.slice();
        present[step] = 0;
      }
    }
    return { labels: labels(source.labels), values, present };
  });
}

/** Two series of a result have the same labels at one instant. */
export const sameLabelset = (): PromqlExecutionError => new PromqlExecutionError('vector cannot contain metrics with the same labelset');

/** Joins series whose labels became equal, which is an error only where both have a value at one step. */
export function mergeEqualLabels(series: readonly VectorSeries[]): readonly VectorSeries[] {
  const byKey = new Map<string, VectorSeries>();
  for (const each of series) {
    const known = byKey.get(each.labels.key);
    byKey.set(each.labels.key, known ? joined(known, each) : each);
  }
  return byKey.size === series.length ? series : [...byKey.values()];
}

function joined(a: VectorSeries, b: VectorSeries): VectorSeries {
  const result = { labels: a.labels, values: a.values.slice(), present: a.present.slice() };
  for (let step = 0; step < b.present.length; step++) {
    if (b.present[step] === 0) continue;
    if (result.present[step] === 1) throw sameLabelset();
    put(result, step, b.values[step] as number);
  }
  return result;
}
