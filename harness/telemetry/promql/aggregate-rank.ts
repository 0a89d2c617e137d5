import type { Group } from './aggregate.ts';
import type { Annotations } from './annotations.ts';
import type { AggregateNode, Expr } from './ast.ts';
import { PromqlExecutionError } from './errors.ts';
import { formatFixed, formatValue } from './format.ts';
import { isLabelName } from './literals.ts';
import { quantile } from './statistics.ts';
import { blankSeries, put, type Grid, type VectorSeries } from './value.ts';

/** topk and bottomk: at each step the k best series of each group, whole and with all their labels. */
export function selectBest(groups: readonly Group[], op: 'topk' | 'bottomk', limits: Float64Array): VectorSeries[] {
  const counts = limits.map(checkedCount);
  const better = op === 'topk' ? (a: number, b: number) => b - a : (a: number, b: number) => a - b;
  return groups.flatMap(({ members }) => {
    const chosen = members.map(({ labels, values }) => blankSeries(labels, values.length));
    const ranks: number[] = [];
    counts.forEach((count, step) => {
      const ordered = [...members.keys()].filter((i) => members[i]?.present[step] === 1).sort((a, b) => nanLast(better, members[a]?.values[step] as number, members[b]?.values[step] as number));
      for (const i of ordered.slice(0, Math.max(0, count))) {
        put(chosen[i] as VectorSeries, step, members[i]?.values[step] as number);
        if (!ranks.includes(i)) ranks.push(i);
      }
    });
    // Best first: an instant query shows its answer in this order.
    return ranks.map((i) => chosen[i] as VectorSeries);
  });
}

function checkedCount(limit: number): number {
  if (Number.isNaN(limit)) throw new PromqlExecutionError('Parameter value is NaN');
  if (limit >= 2 ** 63) throw new PromqlExecutionError(`Scalar value ${formatValue(limit)} overflows int64`);
  if (limit <= -(2 ** 63)) throw new PromqlExecutionError(`Scalar value ${formatValue(limit)} underflows int64`);
  return Math.trunc(limit);
}

/** Orders by a numeric comparison with NaN at the end either way. */
function nanLast(compare: (a: number, b: number) => number, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : compare(a, b);
}

/** quantile: one per group and step. */
export function quantiles(node: AggregateNode, groups: readonly Group[], { levels, annotations }: { readonly levels: Float64Array; readonly annotations: Annotations }): VectorSeries[] {
  // Of levels that change from step to step the outermost are told.
  const told = levels.some(Number.isNaN) ? [NaN] : [];
  const known = levels.filter((level) => !Number.isNaN(level));
  for (const level of [...told, ...(known.length > 0 ? [Math.max(...known), Math.min(...known)] : [])]) warnAboutQuantile(level, node.param as Expr, annotations);
  return groups.map(({ labels, members }) => {
    const result = blankSeries(labels, levels.length);
    levels.forEach((level, step) => {
      const values = members.flatMap((member) => (member.present[step] === 1 ? [member.values[step] as number] : []));
      if (values.length > 0) put(result, step, quantile(level, values));
    });
    return result;
  });
}

/** A quantile outside [0, 1] gets a warning, and an infinite answer. */
export function warnAboutQuantile(level: number, at: Expr, annotations: Annotations): void {
  if (!(level >= 0 && level <= 1)) annotations.warn(at, `quantile value should be between 0 and 1, got ${formatFixed(level)}`);
}

/** count_values: how many members have each value; the value becomes a label. */
export function countValues(groups: readonly Group[], label: string, grid: Grid): VectorSeries[] {
  if (!isLabelName(label)) throw new PromqlExecutionError(`invalid label name ${JSON.stringify(label)}`);
  const results = new Map<string, VectorSeries>();
  for (const { labels, members } of groups) {
    for (const { values, present } of members) {
      for (let step = 0; step < grid.count; step++) {
        if (present[step] === 0) continue;
        const named = labels.with(label, formatFixed(values[step] as number));
        let result = results.get(named.key);
        if (!result) results.set(named.key, (result = blankSeries(named, grid.count)));
        put(result, step, (result.values[step] as number) + 1);
      }
    }
  }
  return [...results.values()];
}
