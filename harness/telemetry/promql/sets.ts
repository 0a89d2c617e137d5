import type { BinaryNode } from './ast.ts';
import { matchLabels, type Sides } from './matching.ts';
import type { Grid, VectorSeries } from './value.ts';

/** and, or, unless: series pass or not, step by step, by whether their key is on the other side. */
export function combineSets(node: BinaryNode, { left, right }: Sides, grid: Grid): readonly VectorSeries[] {
  const key = matchLabels(node.matching);
  const keyOf = (series: VectorSeries) => key(series.labels).key;
  if (node.op === 'or') {
    const taken = presenceByKey(left, keyOf, grid);
    return [...left, ...right.map((series) => masked(series, taken.get(keyOf(series)), false))];
  }
  const other = presenceByKey(right, keyOf, grid);
  return left.map((series) => masked(series, other.get(keyOf(series)), node.op === 'and'));
}

function presenceByKey(series: readonly VectorSeries[], keyOf: (series: VectorSeries) => string, grid: Grid): Map<string, Uint8Array> {
  const byKey = new Map<string, Uint8Array>();
  for (const each of series) {
    const key = keyOf(each);
    const known = byKey.get(key);
    if (!known) byKey.set(key, each.present.slice());
    else for (let step = 0; step < grid.count; step++) known[step]! |= each.present[step] as number;
  }
  return byKey;
}

/** The series at the steps where the mask is as wanted; no mask is a mask of zeros. */
function masked(series: VectorSeries, mask: Uint8Array | undefined, wanted: boolean): VectorSeries {
  if (!mask && !wanted) return series;
  return { ...series, present: series.present.map((present, step) => (((mask?.[step] ?? 0) === 1) === wanted ? present : 0)) };
}
