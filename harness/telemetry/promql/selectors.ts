import type { Millis } from '../../../src/kernel/clock.ts';
import { upperBound, type StaleMark } from '../columns.ts';
import { SampleScratch } from '../packed-rows.ts';
import type { SeriesView } from '../series.ts';
import type { AtModifier, SelectorNode, Shifted } from './ast.ts';
import { ReusedColumn, SlabColumns, type Column, type ColumnSource, type SeriesVisitor } from './column-source.ts';
import type { Evaluation } from './evaluation.ts';
import { isSameGrid } from './remembered-plans.ts';
import { instantOf, type Grid, type VectorSeries } from './value.ts';

/** The instants at which a selector looks, for an evaluation at those of `grid`. */
export function referenceGrid(node: Shifted, grid: Grid, evaluation: Evaluation): Grid {
  const offsetMs = node.offset === undefined ? 0 : evaluation.durationMs(node.offset);
  if (node.at === undefined) return offsetMs === 0 ? grid : { ...grid, startMs: grid.startMs - offsetMs };
  return { startMs: resolveAt(node.at, evaluation) - offsetMs, stepMs: 0, count: grid.count };
}

const resolveAt = (at: AtModifier, { outer }: Evaluation): Millis => (at === 'start' ? outer.startMs : at === 'end' ? outer.endMs : at);

/** Which number of a sample a selector gives: its value, or for `timestamp()` the second at which it was taken. */
export type Reading = 'value' | 'timestamp';

/** An instant selector on a grid: the newest sample of the look-back window, unless it is a stale marker. */
export function selectInstant(node: SelectorNode, grid: Grid, evaluation: Evaluation, reading: Reading = 'value'): VectorSeries[] {
  const found: VectorSeries[] = [];
  run(node, grid, { evaluation, reading, columns: new SlabColumns(grid.count), visit: (labels, { values, present }) => void found.push({ labels, values, present }) });
  return found;
}

/** The same, one series after the other: none is kept. */
export function eachInstant(node: SelectorNode, grid: Grid, { evaluation, visit }: { readonly evaluation: Evaluation; readonly visit: SeriesVisitor }): void {
  run(node, grid, { evaluation, reading: 'value', columns: ReusedColumn.for(grid.count), visit });
}

interface Run {
  readonly evaluation: Evaluation;
  readonly reading: Reading;
  readonly columns: ColumnSource;
  readonly visit: SeriesVisitor;
}

/** Samples are used up before the next are read. */
const scratch = new SampleScratch();

function run(node: SelectorNode, grid: Grid, { evaluation, reading, columns, visit }: Run): void {
  const looks = referenceGrid(node, grid, evaluation);
  const found = evaluation.store.select(node.matchers);
  evaluation.budget.hold(found.length * grid.count);
  const lookbackMs = evaluation.lookbackMs + evaluation.earlierMs;
  const untilMs = Math.min(evaluation.untilMs, instantOf(looks, looks.count - 1));
  const options = { fromMs: looks.startMs - lookbackMs, scratch };
  let newest: NewestSamples | undefined;
  for (const stored of found) {
    const samples = stored.view(untilMs, options);
    if (samples.times.length === 0) continue;
    if (newest?.times !== samples.times) newest = newestSamples(samples.times, looks, lookbackMs);
    const column = readSteps(samples, newest, { reading, values: columns.nextValues() });
    if (column.present.includes(1)) visit(stored.labels, column);
  }
}

/** The newest sample of each step in one list of times, or none that is young enough. */
interface NewestSamples {
  readonly times: Float64Array;
  readonly looks: Grid;
  readonly lookbackMs: Millis;
  readonly index: Int32Array;
  readonly present: Uint8Array;
}

/** What is looked up at a single instant is used before the next. */
const oneIndex = new Int32Array(1);

/** The one that each list of times was asked for last. */
const remembered = new WeakMap<Float64Array, NewestSamples>();

function newestSamples(times: Float64Array, looks: Grid, lookbackMs: Millis): NewestSamples {
  const known = looks.count === 1 ? undefined : remembered.get(times);
  if (known && known.lookbackMs === lookbackMs && isSameGrid(known.looks, looks)) return known;
  const index = looks.count === 1 ? oneIndex : new Int32Array(looks.count);
  const present = new Uint8Array(looks.count);
  let next = upperBound(times, times.length, looks.startMs);
  for (let step = 0; step < looks.count; step++) {
    const atMs = instantOf(looks, step);
    while (next < times.length && (times[next] as number) <= atMs) next++;
    index[step] = next - 1;
    if (next > 0 && (times[next - 1] as number) > atMs - lookbackMs) present[step] = 1;
  }
  const found = { times, looks, lookbackMs, index, present };
  if (looks.count > 1) remembered.set(times, found);
  return found;
}

/** Reads a column; the presence of a series that never ends is shared with others like it. */
function readSteps({ times, values, stale }: SeriesView, newest: NewestSamples, { reading, values: result }: { readonly reading: Reading; readonly values: Float64Array }): Column {
  const { index } = newest;
  const present = stale.length === 0 ? newest.present : unlessStale(stale, newest);
  for (let step = 0; step < index.length; step++) {
    if (present[step] === 0) continue;
    const at = index[step] as number;
    result[step] = reading === 'value' ? (values[at] as number) : (times[at] as number) / 1_000;
  }
  return { values: result, present };
}

function unlessStale(stale: readonly StaleMark[], { index, present, looks }: NewestSamples): Uint8Array {
  const alive = present.slice();
  let mark = 0;
  for (let step = 0; step < index.length; step++) {
    const at = index[step] as number;
    while (mark < stale.length && (stale[mark] as StaleMark).after < at) mark++;
    const marker = stale[mark];
    if (marker?.after === at && marker.atMs <= instantOf(looks, step)) alive[step] = 0;
  }
  return alive;
}
