import type { Millis } from '../../../src/kernel/clock.ts';
import type { LabelSet } from '../labels.ts';
import { upperBound, type StaleMark } from '../columns.ts';
import type { SeriesView } from '../series.ts';
import type { AtModifier, SelectorNode, Shifted } from './ast.ts';
import type { Evaluation } from './evaluation.ts';
import { blankSeries, instantOf, put, type Grid, type VectorSeries } from './value.ts';

/** The instant at which a selector looks, for an evaluation at `atMs`. */
export function referenceTime(node: Shifted, evaluation: Evaluation): (atMs: Millis) => Millis {
  const offsetMs = node.offset === undefined ? 0 : evaluation.durationMs(node.offset);
  if (node.at === undefined) return (atMs) => atMs - offsetMs;
  const fixedMs = resolveAt(node.at, evaluation) - offsetMs;
  return () => fixedMs;
}

const resolveAt = (at: AtModifier, { outer }: Evaluation): Millis => (at === 'start' ? outer.startMs : at === 'end' ? outer.endMs : at);

/** Which number of a sample a selector gives: its value, or for `timestamp()` the second at which it was taken. */
export type Reading = 'value' | 'timestamp';

/** An instant selector on a grid: the newest sample of the look-back window, unless it is a stale marker. */
export function selectInstant(node: SelectorNode, grid: Grid, evaluation: Evaluation, reading: Reading = 'value'): VectorSeries[] {
  const reference = referenceTime(node, evaluation);
  const found = evaluation.store.select(node.matchers);
  evaluation.budget.hold(found.length * grid.count);
  return found.flatMap((stored) => {
    const samples = stored.view(evaluation.untilMs);
    if (samples.times.length === 0) return [];
    const series = readSteps(stored.labels, samples, { grid, reference, reading, lookbackMs: evaluation.lookbackMs + evaluation.earlierMs });
    return series.present.includes(1) ? [series] : [];
  });
}

interface Steps {
  readonly grid: Grid;
  readonly reference: (atMs: Millis) => Millis;
  readonly reading: Reading;
  readonly lookbackMs: Millis;
}

function readSteps(labels: LabelSet, { times, values, stale }: SeriesView, { grid, reference, reading, lookbackMs }: Steps): VectorSeries {
  const series = blankSeries(labels, grid.count);
  let next = upperBound(times, times.length, reference(grid.startMs));
  let mark = 0;
  for (let step = 0; step < grid.count; step++) {
    const atMs = reference(instantOf(grid, step));
    while (next < times.length && (times[next] as number) <= atMs) next++;
    const newest = next - 1;
    if (newest < 0 || (times[newest] as number) <= atMs - lookbackMs) continue;
    while (mark < stale.length && (stale[mark] as StaleMark).after < newest) mark++;
    const marker = stale[mark];
    if (marker?.after === newest && marker.atMs <= atMs) continue;
    put(series, step, reading === 'value' ? (values[newest] as number) : (times[newest] as number) / 1_000);
  }
  return series;
}
