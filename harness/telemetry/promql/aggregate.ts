import { nameLabel, type LabelSet } from '../labels.ts';
import { folds, type Accumulator, type Fold } from './aggregate-fold.ts';
import { countValues, quantiles, selectBest } from './aggregate-rank.ts';
import type { AggregateNode, Expr } from './ast.ts';
import { SlabColumns } from './column-source.ts';
import type { Evaluation } from './evaluation.ts';
import { eachSeries } from './each-series.ts';
import { rememberedByObject } from './remembered.ts';
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

/** Members come one after the other, so that thousands of them need not be held at once. */
function folded(node: AggregateNode, grid: Grid, { evaluation, fold }: { readonly evaluation: Evaluation; readonly fold: Fold }): VectorSeries[] {
  const groupOf = grouper(node);
  const columns = new SlabColumns(grid.count);
  const groups = new Map<string, { readonly labels: LabelSet; readonly accumulator: Accumulator }>();
  eachSeries(node.expr, grid, {
    evaluation,
    visit: (labels, column) => {
      const shared = groupOf(labels);
      let group = groups.get(shared.key);
      if (!group) groups.set(shared.key, (group = { labels: shared, accumulator: fold(columns) }));
      group.accumulator.add(column);
    },
  });
  return [...groups.values()].map(({ labels, accumulator }) => {
    const { values, present } = accumulator.result();
    return { labels, values, present };
  });
}
