import { compareLabels, nameLabel, type LabelSet } from '../labels.ts';
import type { Annotations } from './annotations.ts';
import type { CallNode, Expr } from './ast.ts';
import type { Evaluation } from './evaluation.ts';
import { nanFirst } from './statistics.ts';
import type { VectorSeries } from './value.ts';

/** rate and increase of something that does not look like a counter get an info, as on a real server: tells what to do with each series. */
export function oddCounters(node: CallNode, annotations: Annotations): ((labels: LabelSet) => void) | undefined {
  if (node.func !== 'rate' && node.func !== 'increase') return undefined;
  // A subquery has no place of its own in the text: a real server points at the very beginning.
  const arg = node.args[0] as Expr;
  const place = inside(arg).kind === 'subquery' ? { from: 0, to: 0 } : arg;
  let seen = '';
  return (labels) => {
    const name = labels.get(nameLabel);
    if (name === seen) return;
    seen = name;
    if (!/_(total|sum|count|bucket)$/.test(name)) annotations.info(place, `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`);
  };
}

const inside = (expr: Expr): Expr => (expr.kind === 'paren' ? inside(expr.expr) : expr);

/** Which way `sort` goes. */
export type Direction = 'ascending' | 'descending';

/** Series by their value, NaN last either way; only an instant query has an order of its own. */
export function sortSeries(series: readonly VectorSeries[], direction: Direction, { evaluation, node }: { evaluation: Evaluation; node: CallNode }): readonly VectorSeries[] {
  if (evaluation.outer.startMs !== evaluation.outer.endMs) {
    evaluation.annotations.warn(node, 'sort is ineffective for range queries since results are always ordered by labels');
    return series;
  }
  const sign = direction === 'ascending' ? 1 : -1;
  return [...series].sort((a, b) => byValue(a, b, sign) || compareLabels(a.labels, b.labels));
}

function byValue(a: VectorSeries, b: VectorSeries, sign: number): number {
  const [left, right] = [a.values[0] as number, b.values[0] as number];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return sign * nanFirst(left, right);
}
