import { nameLabel, type LabelSet } from '../labels.ts';
import type { AggregateNode, Expr } from './ast.ts';
import { countValues, quantiles, selectBest } from './aggregate-rank.ts';
import type { Evaluation } from './evaluation.ts';
import { KahanMean, KahanSum } from './kahan.ts';
import { blankSeries, put, type Grid, type VectorSeries } from './value.ts';

/** Series that an aggregation puts together. */
export interface Group {
  readonly labels: LabelSet;
  readonly members: VectorSeries[];
}

/** Takes the values of one group at one step, one after the other. */
interface Accumulator {
  readonly add: (value: number) => void;
  readonly result: () => number;
}

/** An aggregation over the steps of a grid. */
export function aggregate(node: AggregateNode, grid: Grid, evaluation: Evaluation): readonly VectorSeries[] {
  const groups = groupSeries(node, evaluation.vector(node.expr, grid));
  const scalar = () => evaluation.scalar(node.param as Expr, grid);
  switch (node.op) {
    case 'topk':
    case 'bottomk':
      return selectBest(groups, node.op, scalar());
    case 'quantile':
      return quantiles(node, groups, { levels: scalar(), annotations: evaluation.annotations });
    case 'count_values': {
      const label = evaluation.evaluate(node.param as Expr, grid);
      return countValues(groups, label.kind === 'string' ? label.text : '', grid);
    }
    default:
      return groups.map((group) => fold(group, accumulators[node.op] as () => Accumulator, grid));
  }
}

/** Groups in order of their first member. */
function groupSeries({ grouping, without }: AggregateNode, series: readonly VectorSeries[]): Group[] {
  const listed = new Set(grouping);
  const keep = without ? (name: string) => name !== nameLabel && !listed.has(name) : (name: string) => listed.has(name);
  const groups = new Map<string, Group>();
  for (const member of series) {
    const labels = member.labels.filter(keep);
    const group = groups.get(labels.key);
    if (group) group.members.push(member);
    else groups.set(labels.key, { labels, members: [member] });
  }
  return [...groups.values()];
}

function fold({ labels, members }: Group, start: () => Accumulator, grid: Grid): VectorSeries {
  const result = blankSeries(labels, grid.count);
  for (let step = 0; step < grid.count; step++) {
    let accumulator: Accumulator | undefined;
    for (const { present, values } of members) {
      if (present[step] === 0) continue;
      accumulator ??= start();
      accumulator.add(values[step] as number);
    }
    if (accumulator) put(result, step, accumulator.result());
  }
  return result;
}

const accumulators: Readonly<Record<string, () => Accumulator>> = {
  sum: () => {
    const kahan = new KahanSum();
    return { add: (value) => kahan.add(value), result: () => kahan.total };
  },
  avg: () => {
    const kahan = new KahanMean();
    return { add: (value) => kahan.add(value), result: () => kahan.mean };
  },
  count: () => {
    let count = 0;
    return { add: () => void count++, result: () => count };
  },
  group: () => ({ add: () => {}, result: () => 1 }),
  min: () => extreme((value, best) => value < best),
  max: () => extreme((value, best) => value > best),
  stdvar: variance,
  stddev: () => {
    const { add, result } = variance();
    return { add, result: () => Math.sqrt(result()) };
  },
};

function extreme(better: (value: number, best: number) => boolean): Accumulator {
  let best = NaN;
  return {
    add: (value) => {
      if (better(value, best) || Number.isNaN(best)) best = value;
    },
    result: () => best,
  };
}

/** Variance of the whole population by Welford's method. */
function variance(): Accumulator {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add: (value) => {
      count++;
      const delta = value - mean;
      mean += delta / count;
      squares += delta * (value - mean);
    },
    result: () => squares / count,
  };
}
