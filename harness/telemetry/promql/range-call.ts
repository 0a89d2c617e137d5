import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import { compareLabels, nameLabel, type LabelSet } from '../labels.ts';
import type { SeriesSource } from '../series.ts';
import type { CallNode, Expr, RangeNode, SubqueryNode } from './ast.ts';
import type { SeriesVisitor } from './column-source.ts';
import type { Evaluation } from './evaluation.ts';
import { oddCounters } from './notes.ts';
import { keepsName } from './range-functions.ts';
import { sameLabelset, type Grid, type VectorSeries } from './value.ts';
import { eachOverWindows, overWindows, rangeSource, type OverWindows, type RangeFunction, type RangeSource } from './windows.ts';

/** A call of a function over ranges. */
export interface RangeCall {
  readonly node: CallNode;
  /** Which argument is the range vector. */
  readonly index: number;
  readonly to: RangeFunction;
}

/** The series that a function over ranges gives. */
export function rangeCall(call: RangeCall, grid: Grid, evaluation: Evaluation): VectorSeries[] {
  const source = sourceOf(call, grid, evaluation);
  return overWindows(source, grid, applied(call, source, evaluation));
}

/** The same, one series after the other: none is kept. */
export function eachOfRangeCall(call: RangeCall, grid: Grid, { evaluation, visit }: { readonly evaluation: Evaluation; readonly visit: SeriesVisitor }): void {
  const source = sourceOf(call, grid, evaluation);
  eachOverWindows(source, grid, { ...applied(call, source, evaluation), visit });
}

const sourceOf = ({ node, index }: RangeCall, grid: Grid, evaluation: Evaluation): RangeSource => rangeSource(unwrap(node.args[index] as Expr) as RangeNode | SubqueryNode, grid, evaluation);

/** Parentheses do not change what a selector is. */
export const unwrap = (expr: Expr): Expr => (expr.kind === 'paren' ? unwrap(expr.expr) : expr);

function applied({ node, to }: RangeCall, source: RangeSource, evaluation: Evaluation): OverWindows {
  const note = oddCounters(node, evaluation.annotations);
  const keeps = keepsName.has(node.func);
  const check = staysDistinct(source.series)[keeps ? 'named' : 'nameless'] ? () => {} : rejectingEqual();
  return {
    evaluation,
    to,
    labels: (labels) => {
      note?.(labels);
      const result = keeps ? labels : labels.withoutName();
      check(result);
      return result;
    },
  };
}

/** Functions over ranges may not give two series with the same labels, even at different steps. */
function rejectingEqual(): (labels: LabelSet) => void {
  const known = new Set<string>();
  return ({ key }) => {
    if (known.has(key)) throw sameLabelset();
    known.add(key);
  };
}

/** Whether series that a selector found stay apart, with their names and without; they are in order of labels. */
const staysDistinct = rememberedByObject((series: readonly SeriesSource[]) => {
  const named = series.every(({ labels }, i) => i === 0 || compareLabels((series[i - 1] as SeriesSource).labels, labels) < 0);
  const name = series[0]?.labels.get(nameLabel);
  return { named, nameless: named && series.every(({ labels }) => labels.get(nameLabel) === name && labels.size - labels.withoutName().size <= 1) };
});
