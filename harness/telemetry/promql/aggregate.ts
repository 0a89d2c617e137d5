import { nameLabel, type LabelSet } from '../labels.ts';
import type { AggregateNode, Expr } from './ast.ts';
import { countValues, quantiles, selectBest } from './aggregate-rank.ts';
import type { Evaluation } from './evaluation.ts';
import { KahanMean } from './kahan.ts';
import { rememberedByObject } from './remembered.ts';
import { blankSeries, type Grid, type VectorSeries } from './value.ts';

/** Series that an aggregation puts together. */
export interface Group {
  readonly labels: LabelSet;
  readonly members: VectorSeries[];
}

/** Takes the values of one group, series by series, and keeps what it needs for each step. */
interface Accumulator {
  readonly add: (step: number, value: number) => void;
  readonly result: (step: number) => number;
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
      return groups.map((group) => fold(group, accumulators[node.op] as (steps: number) => Accumulator, grid));
  }
}

/** Groups in order of their first member. */
function groupSeries(node: AggregateNode, series: readonly VectorSeries[]): Group[] {
  const groupOf = grouper(node);
  const groups = new Map<string, Group>();
  for (const member of series) {
    const labels = groupOf(member.labels);
    const group = groups.get(labels.key);
    if (group) group.members.push(member);
    else groups.set(labels.key, { labels, members: [member] });
  }
  return [...groups.values()];
}

/** What the group of a label set is, for one aggregation of a query: the same series come again at every evaluation. */
const grouper = rememberedByObject(({ grouping, without }: AggregateNode) => {
  const listed = new Set(grouping);
  const keep = without ? (name: string) => name !== nameLabel && !listed.has(name) : (name: string) => listed.has(name);
  return rememberedByObject((labels: LabelSet) => labels.filter(keep));
});

function fold({ labels, members }: Group, start: (steps: number) => Accumulator, grid: Grid): VectorSeries {
  const result = blankSeries(labels, grid.count);
  const { add, result: resultAt } = start(grid.count);
  for (const { present, values } of members) {
    for (let step = 0; step < grid.count; step++) {
      if (present[step] === 0) continue;
      result.present[step] = 1;
      add(step, values[step] as number);
    }
  }
  for (let step = 0; step < grid.count; step++) if (result.present[step] === 1) result.values[step] = resultAt(step);
  return result;
}

const accumulators: Readonly<Record<string, (steps: number) => Accumulator>> = {
  sum: sums,
  avg: (steps) => {
    const means = Array.from({ length: steps }, () => new KahanMean());
    return { add: (step, value) => means[step]?.add(value), result: (step) => (means[step] as KahanMean).mean };
  },
  count: (steps) => {
    const counts = new Float64Array(steps);
    return { add: (step) => void counts[step]!++, result: (step) => counts[step] as number };
  },
  group: () => ({ add: () => {}, result: () => 1 }),
  min: (steps) => extreme(steps, (value, best) => value < best),
  max: (steps) => extreme(steps, (value, best) => value > best),
  stdvar: variance,
  stddev: (steps) => {
    const { add, result } = variance(steps);
    return { add, result: (step) => Math.sqrt(result(step)) };
  },
};

/** The commonest aggregation by far, so its Kahan sum is laid out in columns. */
function sums(steps: number): Accumulator {
  const totals = new Float64Array(steps);
  const compensations = new Float64Array(steps);
  return {
    add: (step, value) => {
      const before = totals[step] as number;
      const total = before + value;
      totals[step] = total;
      if (Math.abs(total) === Infinity) compensations[step] = 0;
      else if (Math.abs(before) >= Math.abs(value)) compensations[step]! += before - total + value;
      else compensations[step]! += value - total + before;
    },
    result: (step) => {
      const total = totals[step] as number;
      return Math.abs(total) === Infinity ? total : total + (compensations[step] as number);
    },
  };
}

function extreme(steps: number, better: (value: number, best: number) => boolean): Accumulator {
  const bests = new Float64Array(steps).fill(NaN);
  return {
    add: (step, value) => {
      const best = bests[step] as number;
      if (better(value, best) || Number.isNaN(best)) bests[step] = value;
    },
    result: (step) => bests[step] as number,
  };
}

/** Variance of the whole population by Welford's method. */
function variance(steps: number): Accumulator {
  const counts = new Float64Array(steps);
  const means = new Float64Array(steps);
  const squares = new Float64Array(steps);
  return {
    add: (step, value) => {
      const count = (counts[step] as number) + 1;
      const delta = value - (means[step] as number);
      const mean = (means[step] as number) + delta / count;
      counts[step] = count;
      means[step] = mean;
      squares[step]! += delta * (value - mean);
    },
    result: (step) => (squares[step] as number) / (counts[step] as number),
  };
}
