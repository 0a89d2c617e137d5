import type { Millis } from '../../../src/kernel/clock.ts';
import type { LabelSet } from '../labels.ts';
import type { Column } from './column-source.ts';
import { instantOf, type Grid } from './value.ts';

/** One sample of an answer. */
export interface Point {
  readonly atMs: Millis;
  readonly value: number;
}

/** One series of an answer; a vector has one point each. */
export interface AnswerSeries {
  readonly labels: LabelSet;
  readonly points: readonly Point[];
}

/** A series on the steps of a range query; its points are made only for who asks for them. */
export class SteppedSeries implements AnswerSeries {
  readonly labels: LabelSet;
  readonly grid: Grid;
  readonly column: Column;

  constructor(labels: LabelSet, grid: Grid, column: Column) {
    this.labels = labels;
    this.grid = grid;
    this.column = column;
  }

  get points(): readonly Point[] {
    const { values, present } = this.column;
    const points: Point[] = [];
    for (let step = 0; step < this.grid.count; step++) if (present[step] === 1) points.push({ atMs: instantOf(this.grid, step), value: values[step] as number });
    return points;
  }
}
