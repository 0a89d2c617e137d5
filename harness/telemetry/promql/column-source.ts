import type { LabelSet } from '../labels.ts';

/** A value per step, and whether there is one. */
export interface Column {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** Takes one series after the other. */
export type SeriesVisitor = (labels: LabelSet, column: Column) => void;

/** Gives columns to write to, one for each series. */
export interface ColumnSource {
  readonly next: () => Column;
  /** The same for who has its own presence. */
  readonly nextValues: () => Float64Array;
}

/** The same column again and again, for series that are looked at once; what was in it stays. */
export class ReusedColumn implements ColumnSource {
  readonly #column: Column;

  private constructor(steps: number) {
    this.#column = { values: new Float64Array(steps), present: new Uint8Array(steps) };
  }

  /** Queries look at one series at a time, one query after the other: the column of the last one will do. */
  static for(steps: number): ReusedColumn {
    if (last.steps !== steps) last = { steps, column: new ReusedColumn(steps) };
    return last.column as ReusedColumn;
  }

  next(): Column {
    return this.#column;
  }

  nextValues(): Float64Array {
    return this.#column.values;
  }
}

let last: { readonly steps: number; readonly column?: ReusedColumn } = { steps: -1 };

const slabValues = 16_384;
const fewSteps = 8;
const none: Column = { values: new Float64Array(0), present: new Uint8Array(0) };

/** Columns to keep, all zeros, cut from few large arrays. */
export class SlabColumns implements ColumnSource {
  readonly steps: number;
  #values = none.values;
  #present = none.present;
  #used = 0;
  #columns = 4;

  constructor(steps: number) {
    this.steps = steps;
  }

  next(): Column {
    // Arrays this short lie on the heap itself, and cost less than a cut.
    if (this.steps <= fewSteps) return { values: new Float64Array(this.steps), present: new Uint8Array(this.steps) };
    if (this.#used + this.steps > this.#values.length) this.#refill();
    const [from, to] = [this.#used, this.#used + this.steps];
    this.#used = to;
    return { values: this.#values.subarray(from, to), present: this.#present.subarray(from, to) };
  }

  nextValues(): Float64Array {
    return this.steps <= fewSteps ? new Float64Array(this.steps) : this.next().values;
  }

  /** Slabs grow, so that few series do not take much. */
  #refill(): void {
    const size = this.steps * this.#columns;
    this.#values = new Float64Array(size);
    this.#present = new Uint8Array(size);
    this.#used = 0;
    if (size < slabValues) this.#columns *= 2;
  }
}
