import type { LabelSet } from '../labels.ts';
import { folds, type Accumulator, type Fold } from './aggregate-fold.ts';
import { countValues, quantiles, selectBest } from './aggregate-rank.ts';
import type { AggregateNode, Expr } from './ast.ts';
import { SlabColumns } from './column-source.ts';
import type { Evaluation } from './evaluation.ts';
import { eachSeries } from './each-series.ts';
import { groupingOf } from './grouping.ts';
import type { Grid, VectorSeries } from './value.ts';

/** Series that an aggregation puts together. */
export interface Group {
  readonly labels: LabelSet;
  readonly members: VectorSeries[];
}

/** An aggregation over the steps of a grid. */
export function aggregate(node: AggregateNode, grid: Grid, evaluation: Evaluation): readonly VectorSeries[] {
  const fold = folds[node.op];
  if (fold) return folded(node, grid, { evaluation, fold });
  const groups = groupSeries(node, evaluation.vector(node.expr, grid));
  const scalar = () => evaluation.scalar(node.param as Expr, grid);
  if (node.op === 'topk' || node.op === 'bottomk') return selectBest(groups, node.op, scalar());
  if (node.op === 'quantile') return quantiles(node, groups, { levels: scalar(), annotations: evaluation.annotations });
  const label = evaluation.evaluate(node.param as Expr, grid);
  return countValues(groups, label.kind === 'string' ? label.text : '', grid);
}

/** Groups in order of their first member. */
function groupSeries(node: AggregateNode, series: readonly VectorSeries[]): Group[] {
  const grouping = groupingOf(node);
  grouping.begin();
  const groups: Group[] = [];
  for (const member of series) {
    const number = grouping.next(member.labels);
    (groups[number] ??= { labels: grouping.labelsOf(number), members: [] }).members.push(member);
  }
  return groups;
}

/** Members come one after the other, so that thousands of them need not be held at once. */
function folded(node: AggregateNode, grid: Grid, { evaluation, fold }: { readonly evaluation: Evaluation; readonly fold: Fold }): VectorSeries[] {
  const grouping = groupingOf(node);
  const columns = new SlabColumns(grid.count);
  const accumulators: Accumulator[] = [];
  grouping.begin();
  eachSeries(node.expr, grid, { evaluation, visit: (labels, column) => (accumulators[grouping.next(labels)] ??= fold(columns)).add(column) });
  return accumulators.map((accumulator, number) => {
    const { values, present } = accumulator.result();
    return { labels: grouping.labelsOf(number), values, present };
  });
}
