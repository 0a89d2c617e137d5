import type { Column, SlabColumns } from './column-source.ts';
import { KahanColumn, KahanMeanColumn, KahanSum } from './kahan.ts';

/** Takes the members of one group, one after the other, and keeps what it needs for each step. */
export interface Accumulator {
  readonly add: (member: Column) => void;
  /** Called once, when all members are in. */
  readonly result: () => Column;
}

/** Starts an accumulator with columns from `columns`. */
export type Fold = (columns: SlabColumns) => Accumulator;

/** The aggregations that need no more than one member at a time. */
export const folds: Readonly<Record<string, Fold>> = {
  sum,
  avg,
  count,
  group,
  min: extreme((value, best) => value < best),
  max: extreme((value, best) => value > best),
  stdvar: (columns) => spread(columns, (variance) => variance),
  stddev: (columns) => spread(columns, Math.sqrt),
};

function sum(columns: SlabColumns): Accumulator {
  if (columns.steps === 1) return new SumAtOneInstant();
  const result = columns.next();
  const sums = new KahanColumn(result.values, columns.next().values);
  const steps = result.values.length;
  return {
    add: ({ values, present }) => {
      for (let step = 0; step < steps; step++) {
        if (present[step] === 0) continue;
        result.present[step] = 1;
        sums.add(step, values[step] as number);
      }
    },
    result: () => {
      for (let step = 0; step < steps; step++) result.values[step] = sums.total(step);
      return result;
    },
  };
}

/** What a monitor asks for again and again, of a hundred groups at a time: it needs no columns to add up. */
class SumAtOneInstant implements Accumulator {
  readonly #sum = new KahanSum();
  #present = absent;

  add({ values, present: [there] }: Column): void {
    if (there === 0) return;
    this.#present = present;
    this.#sum.add(values[0] as number);
  }

  result(): Column {
    const values = new Float64Array(1);
    values[0] = this.#sum.total;
    return { values, present: this.#present };
  }
}

/** What is there at the only step, and what is not: many columns have the same. */
const [present, absent] = [Uint8Array.of(1), Uint8Array.of(0)];

function avg(columns: SlabColumns): Accumulator {
  const result = columns.next();
  const steps = result.values.length;
  const means = new KahanMeanColumn(new KahanColumn(result.values, columns.next().values), steps);
  return {
    add: ({ values, present }) => {
      for (let step = 0; step < steps; step++) {
        if (present[step] === 0) continue;
        result.present[step] = 1;
        means.add(step, values[step] as number);
      }
    },
    result: () => {
      for (let step = 0; step < steps; step++) if (result.present[step] === 1) result.values[step] = means.mean(step);
      return result;
    },
  };
}

function count(columns: SlabColumns): Accumulator {
  const result = columns.next();
  const add = ({ present }: Column): void => {
    for (let step = 0; step < present.length; step++) {
      if (present[step] === 0) continue;
      result.present[step] = 1;
      result.values[step]!++;
    }
  };
  return { add, result: () => result };
}

function group(columns: SlabColumns): Accumulator {
  const result = columns.next();
  result.values.fill(1);
  const add = ({ present }: Column): void => {
    for (let step = 0; step < present.length; step++) result.present[step]! |= present[step] as number;
  };
  return { add, result: () => result };
}

/** The smallest or largest value; a number is better than none that is one. */
function extreme(better: (value: number, best: number) => boolean): Fold {
  return (columns) => {
    const result = columns.next();
    const add = ({ values, present }: Column): void => {
      for (let step = 0; step < present.length; step++) {
        if (present[step] === 0) continue;
        const value = values[step] as number;
        const best = result.values[step] as number;
        if (result.present[step] === 0 || better(value, best) || Number.isNaN(best)) result.values[step] = value;
        result.present[step] = 1;
      }
    };
    return { add, result: () => result };
  };
}

/** Variance of the whole population by Welford's method. */
function spread(columns: SlabColumns, shown: (variance: number) => number): Accumulator {
  const result = columns.next();
  const counts = columns.next().values;
  const means = columns.next().values;
  const squares = result.values;
  const add = ({ values, present }: Column): void => {
    for (let step = 0; step < present.length; step++) {
      if (present[step] === 0) continue;
      result.present[step] = 1;
      const members = (counts[step]! += 1);
      const delta = (values[step] as number) - (means[step] as number);
      const mean = (means[step] as number) + delta / members;
      means[step] = mean;
      squares[step]! += delta * ((values[step] as number) - mean);
    }
  };
  const finish = (): Column => {
    for (let step = 0; step < squares.length; step++) if (result.present[step] === 1) squares[step] = shown((squares[step] as number) / (counts[step] as number));
    return result;
  };
  return { add, result: finish };
}
