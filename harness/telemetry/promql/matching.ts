import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import { nameLabel, type LabelSet } from '../labels.ts';
import { numberOperator } from './arithmetic.ts';
import type { BinaryNode, Matching } from './ast.ts';
import { PromqlExecutionError } from './errors.ts';
import { isComparison } from './operators.ts';
import { blankSeries, put, type Grid, type VectorSeries } from './value.ts';

/** Both operands of a vector operation. */
export interface Sides {
  readonly left: readonly VectorSeries[];
  readonly right: readonly VectorSeries[];
}

/** The labels by which series of both sides find each other, for one operator of a query: the same series come again at every evaluation. */
export const matchLabels = rememberedByObject(({ on, labels }: Matching) => {
  const listed = new Set(labels);
  const keep = on ? (name: string) => listed.has(name) : (name: string) => name !== nameLabel && !listed.has(name);
  return rememberedByObject((set: LabelSet) => set.filter(keep));
});

/** Arithmetic and comparison between two vectors, one to one or with one side grouped. */
export function matchVectors(node: BinaryNode, { left, right }: Sides, grid: Grid): VectorSeries[] {
  const swapped = node.matching.card === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];
  const key = matchLabels(node.matching);
  const live = stepsWithBoth(many, one, grid);
  const ones = onesByKey(one, { key, live, side: swapped ? 'left' : 'right' });
  const results = new ResultColumns(node, grid);
  for (const series of many) {
    const group = key(series.labels).key;
    for (const other of ones.get(group) ?? []) results.join(series, other, { swapped, live, group });
  }
  return results.all();
}

/** A step at which one whole side is empty has no result, and is spared the checks. */
function stepsWithBoth(a: readonly VectorSeries[], b: readonly VectorSeries[], grid: Grid): Uint8Array {
  const any = (side: readonly VectorSeries[]) => {
    const present = new Uint8Array(grid.count);
    for (const series of side) for (let step = 0; step < grid.count; step++) present[step]! |= series.present[step] as number;
    return present;
  };
  const right = any(b);
  return any(a).map((present, step) => present & (right[step] as number));
}

/** The series of the "one" side by key; two of them at one step are an error. */
function onesByKey(one: readonly VectorSeries[], { key, live, side }: { key: (set: LabelSet) => LabelSet; live: Uint8Array; side: string }): Map<string, VectorSeries[]> {
  const byKey = new Map<string, VectorSeries[]>();
  for (const series of one) {
    const matched = key(series.labels);
    const group = byKey.get(matched.key);
    if (!group) {
      byKey.set(matched.key, [series]);
      continue;
    }
    for (const other of group) {
      if (!live.some((both, step) => both === 1 && series.present[step] === 1 && other.present[step] === 1)) continue;
      const both = `${formatLabels(series.labels)}, ${formatLabels(other.labels)}`;
      throw new PromqlExecutionError(
        `found duplicate series for the match group ${formatLabels(matched)} on the ${side} hand-side of the operation: [${both}]` +
          ';many-to-many matching not allowed: matching labels must be unique on one side',
      );
    }
    group.push(series);
  }
  return byKey;
}

/** `{a="1", b="2"}` as Prometheus writes label sets in errors. */
function formatLabels({ pairs }: LabelSet): string {
  const parts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) parts.push(`${pairs[i]}=${JSON.stringify(pairs[i + 1])}`);
  return `{${parts.join(', ')}}`;
}

/** Collects results by match group and labels, and refuses two at one step. */
class ResultColumns {
  readonly #node: BinaryNode;
  readonly #grid: Grid;
  readonly #columns = new Map<string, VectorSeries>();
  readonly #takenByGroup = new Map<string, Uint8Array>();
  readonly #resultLabels: (many: LabelSet, one: LabelSet) => LabelSet;

  constructor(node: BinaryNode, grid: Grid) {
    this.#node = node;
    this.#grid = grid;
    this.#resultLabels = resultLabels(node);
  }

  join(many: VectorSeries, one: VectorSeries, { swapped, live, group }: { readonly swapped: boolean; readonly live: Uint8Array; readonly group: string }): void {
    const operate = numberOperator(this.#node.op, this.#node.bool);
    const taken = this.#grouped() ? undefined : this.#takenSteps(group);
    let column: VectorSeries | undefined;
    for (let step = 0; step < this.#grid.count; step++) {
      if (live[step] === 0 || many.present[step] === 0 || one.present[step] === 0) continue;
      // One to one, a group has one match at a step, even where a filter would drop it.
      if (taken?.[step] === 1) throw new PromqlExecutionError('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
      if (taken) taken[step] = 1;
      const [left, right] = swapped ? [one.values[step] as number, many.values[step] as number] : [many.values[step] as number, one.values[step] as number];
      const value = operate(left, right, left);
      if (value === undefined) continue;
      column ??= this.#columnOf(this.#resultLabels(many.labels, one.labels), group);
      if (column.present[step] === 1) throw new PromqlExecutionError('multiple matches for labels: grouping labels must ensure unique matches');
      put(column, step, value);
    }
  }

  all(): VectorSeries[] {
    return [...this.#columns.values()];
  }

  #takenSteps(group: string): Uint8Array {
    let taken = this.#takenByGroup.get(group);
    if (!taken) this.#takenByGroup.set(group, (taken = new Uint8Array(this.#grid.count)));
    return taken;
  }

  #grouped(): boolean {
    return this.#node.matching.card !== 'one-to-one';
  }

  #columnOf(labels: LabelSet, group: string): VectorSeries {
    const key = `${group}\n${labels.key}`;
    let column = this.#columns.get(key);
    if (!column) this.#columns.set(key, (column = blankSeries(labels, this.#grid.count)));
    return column;
  }
}

const resultLabels = rememberedByObject(({ op, bool, matching }: BinaryNode) => {
  const dropsName = bool || !isComparison(op);
  const listed = new Set(matching.labels);
  const ofMany = rememberedByObject((many: LabelSet) => {
    const labels = dropsName ? many.withoutName() : many;
    return matching.card === 'one-to-one' ? labels.filter((name) => listed.has(name) === matching.on) : labels;
  });
  return (many: LabelSet, one: LabelSet): LabelSet => matching.include.reduce((labels, name) => labels.with(name, one.get(name)), ofMany(many));
});
