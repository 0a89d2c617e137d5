import { formatSpan } from '../../../src/kernel/units.ts';
import type { SignalSeries } from '../../history/bundle.ts';
import { quantity, signedSpan, virtualTime } from '../format.ts';
import type { Frame } from './frame.ts';
import { hasMoved, type LineStory } from './story.ts';

/** One sentence with numbers that says what a chart shows: `leaders of tikv-2: 40 → 0, 14 s after the fault`. */
export function captionOf(signal: SignalSeries, stories: readonly LineStory[], frame: Frame): string {
  const ranked = stories.toSorted((a, b) => b.weight - a.weight);
  const [first, ...rest] = ranked.filter(hasMoved);
  if (!first) return `${quietCaption(signal, frame)}${missingOf(stories, frame)}.`;
  const of = signal.lines.length > 1 ? ` of ${first.name}` : '';
  const also = rest.slice(0, 2).map((story) => `${story.name} ${change(story, signal.unit)}`);
  const more = rest.length > 2 ? [`${rest.length - 2} more`] : [];
  const tail = rest.length > 0 ? `; also ${[...also, ...more].join(', ')}` : '';
  return `${subject(signal)}${of}: ${tale(first, signal.unit, frame)}${overLimit(signal, first)}${tail}.`;
}

/** `Region leaders per store of tikv-2` reads better without its grouping. */
const subject = ({ title }: SignalSeries): string => title.replace(/ per [a-z]+$/, '');

function tale(story: LineStory, unit: string, frame: Frame): string {
  const { silent, leftAtMs, quiet, extreme } = story;
  // Where a line fell silent before it moved, the silence is the first thing that happened.
  if (silent && quiet && extreme && leftAtMs !== undefined && leftAtMs >= (silent.toMs ?? Infinity)) return `${quantity(quiet.mean, unit)}, ${silence(silent, frame)}, then ${quantity(extreme.value, unit)}`;
  return `${change(story, unit)}${lag(story, frame)}${silent ? `, ${silence(silent, frame)}` : ''}`;
}

function change(story: LineStory, unit: string): string {
  const to = story.extreme && quantity(story.extreme.value, unit);
  if (!story.quiet) return `appears, ${to ?? 'no value'}`;
  return `${quantity(story.quiet.mean, unit)} → ${to ?? 'nothing'}`;
}

function lag(story: LineStory, frame: Frame): string {
  const faultMs = frame.faults[0]?.fromMs;
  if (faultMs === undefined || story.leftAtMs === undefined) return '';
  return `, ${formatSpan(story.leftAtMs - faultMs)} after the fault`;
}

function silence(silent: NonNullable<LineStory['silent']>, frame: Frame): string {
  const until = silent.toMs === null ? 'to the end' : `to v ${virtualTime(silent.toMs - frame.fromMs)}`;
  return `no samples from v ${virtualTime(silent.fromMs - frame.fromMs)} ${until}`;
}

function missingOf(stories: readonly LineStory[], frame: Frame): string {
  const [first, ...rest] = stories.filter((story) => story.silent);
  if (!first?.silent) return '';
  const others = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return `; ${silence(first.silent, frame)}${stories.length > 1 ? ` of ${first.name}${others}` : ''}`;
}

/** A limit is crossed when the quiet level lies on one side of it and the farthest value on the other. */
function overLimit({ threshold, unit }: SignalSeries, { quiet, extreme }: LineStory): string {
  if (threshold === undefined || !quiet || !extreme || (quiet.mean - threshold) * (extreme.value - threshold) >= 0) return '';
  return ` (limit ${quantity(threshold, unit)})`;
}

function quietCaption(signal: SignalSeries, frame: Frame): string {
  const values = signal.lines.flatMap((line) => line.points.map(([, value]) => value)).filter(Number.isFinite);
  if (values.length === 0) return `${subject(signal)}: no samples in this run`;
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const range = quantity(low, signal.unit) === quantity(high, signal.unit) ? quantity(low, signal.unit) : `${quantity(low, signal.unit)} … ${quantity(high, signal.unit)}`;
  return `${subject(signal)}: ${range} throughout${frame.faults.length > 0 ? ', unmoved by the fault' : ''}`;
}

/** One row per line for those who read numbers: quiet level, farthest value and when, last value. */
export function lineRows(signal: SignalSeries, stories: readonly LineStory[], frame: Frame) {
  const zeroMs = frame.faults[0]?.fromMs;
  return stories.map((story) => ({
    name: story.name,
    quiet: story.quiet ? `${quantity(story.quiet.mean, signal.unit)} ± ${quantity(story.quiet.spread, signal.unit)}` : 'no samples',
    farthest: story.extreme ? quantity(story.extreme.value, signal.unit) : '–',
    when: story.extreme ? (zeroMs === undefined ? `v ${virtualTime(story.extreme.atMs - frame.fromMs)}` : signedSpan(story.extreme.atMs - zeroMs)) : '–',
    last: story.last === undefined ? '–' : quantity(story.last, signal.unit),
  }));
}
