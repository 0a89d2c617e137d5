import { formatSpan } from '../../../src/kernel/units.ts';
import type { SignalSeries } from '../../history/bundle.ts';
import { quantity, signedSpan, virtualTime } from '../format.ts';
import type { Frame } from './frame.ts';
import { type LineStory, movedFrom } from './story.ts';

/** One sentence with numbers that says what a chart shows: `leaders of tikv-2: 40 → 0, 14 s after the fault`. */
export function captionOf(signal: SignalSeries, stories: readonly LineStory[], frame: Frame): string {
  const [first, ...rest] = stories.toSorted((a, b) => b.weight - a.weight).filter((story) => story.weight >= movedFrom);
  if (!first) return quietCaption(signal, frame);
  const of = signal.lines.length > 1 ? ` of ${first.name}` : '';
  const also = rest.slice(0, 2).map((story) => `${story.name} ${change(story, signal.unit)}`);
  const more = rest.length > 2 ? [`${rest.length - 2} more`] : [];
  const tail = rest.length > 0 ? `; also ${[...also, ...more].join(', ')}` : '';
  return `${signal.title}${of}: ${change(first, signal.unit)}${lag(first, frame)}${silenceOf(first, frame)}${overLimit(signal, first)}${tail}.`;
}

function change(story: LineStory, unit: string): string {
  const to = story.extreme && quantity(story.extreme.value, unit);
  if (!story.quiet) return `appears, ${to ?? 'no value'}`;
  const from = quantity(story.quiet.mean, unit);
  const moved = story.extreme !== undefined && to !== from && story.leftAtMs !== undefined;
  return moved ? `${from} → ${to}` : from;
}

function lag(story: LineStory, frame: Frame): string {
  const faultMs = frame.faults[0]?.fromMs;
  if (faultMs === undefined || story.leftAtMs === undefined) return '';
  return `, ${formatSpan(story.leftAtMs - faultMs)} after the fault`;
}

function silenceOf(story: LineStory, frame: Frame): string {
  if (!story.silent) return '';
  const until = story.silent.toMs === null ? 'to the end' : `to v ${virtualTime(story.silent.toMs - frame.fromMs)}`;
  return `, no samples from v ${virtualTime(story.silent.fromMs - frame.fromMs)} ${until}`;
}

function overLimit(signal: SignalSeries, story: LineStory): string {
  if (signal.threshold === undefined || !story.extreme || story.extreme.value <= signal.threshold) return '';
  return ` (limit ${quantity(signal.threshold, signal.unit)})`;
}

function quietCaption(signal: SignalSeries, frame: Frame): string {
  const values = signal.lines.flatMap((line) => line.points.map(([, value]) => value)).filter(Number.isFinite);
  if (values.length === 0) return `${signal.title}: no samples in this run.`;
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const range = quantity(low, signal.unit) === quantity(high, signal.unit) ? quantity(low, signal.unit) : `${quantity(low, signal.unit)} … ${quantity(high, signal.unit)}`;
  return `${signal.title}: ${range} throughout${frame.faults.length > 0 ? ', unmoved by the fault' : ''}.`;
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
