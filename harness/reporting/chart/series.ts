import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { SignalSeries } from '../../history/bundle.ts';
import { quantity, virtualTime } from '../format.ts';
import { element, type Markup } from '../markup.ts';
import { drawn, type Drawn } from './decimate.ts';
import { faultBand, type Frame, timeTicks, x } from './frame.ts';

/** A cited sample: the evidence's id at its instant and, where the line is known, its value. */
export interface Ring {
  readonly id: string;
  readonly atMs: number;
  readonly value?: number;
}

/** One chart: what to draw, and what the script needs to read it back. */
export interface SeriesChart {
  readonly svg: Markup;
  readonly lines: readonly { readonly name: string; readonly points: readonly Drawn[] }[];
  /** Said under the chart when the limit lies far above everything that was measured. */
  readonly offScale: string;
}

/** So many lines get a colour of their own; the rest are drawn grey. */
export const colouredLines = 6;

const [top, plotPx, heightPx] = [8, 96, 124];
const [boxWidth, boxHeight] = [1000, 200];

interface Input {
  readonly signal: SignalSeries;
  readonly frame: Frame;
  readonly rings: readonly Ring[];
  readonly labelledBy: string;
}

/** A line chart with the shared fault band, the moment of detection, the limit and the cited samples. */
export function seriesChart({ signal, frame, rings, labelledBy }: Input): SeriesChart {
  const keepMs = [...frame.faults.flatMap((fault) => [fault.fromMs, fault.toMs ?? frame.toMs]), ...rings.map((ring) => ring.atMs)];
  const lines = signal.lines.map(({ name, points }) => ({ name, points: drawn(points, { buckets: 300, keepMs }) }));
  const { y, low, high, limitShown } = valueScale(signal, lines.flatMap((each) => each.points));
  const limit = signal.threshold;
  const svg = element('svg', { class: 'series', width: '100%', height: heightPx, role: 'group', 'aria-labelledby': labelledBy },
    ...frame.faults.map((fault) => faultBand(frame, fault, { top, height: plotPx })), ...grid(frame),
    element('svg', { x: 0, y: top, width: '100%', height: plotPx, viewBox: `0 0 ${boxWidth} ${boxHeight}`, preserveAspectRatio: 'none' }, ...paths(frame, lines, y)),
    ...(limit !== undefined && limitShown ? limitLine(y(limit), `limit ${quantity(limit, signal.unit)}`) : []),
    ...detection(frame),
    element('text', { class: 'label start halo', x: 2, y: top + 10 }, quantity(high, signal.unit)),
    element('text', { class: 'label start halo', x: 2, y: top + plotPx - 3 }, quantity(low, signal.unit)),
    ...rings.flatMap((ring) => ringMark(frame, ring, y)),
    element('line', { class: 'crosshair', x1: 0, x2: 0, y1: top, y2: top + plotPx }));
  return { svg, lines, offScale: limit !== undefined && !limitShown ? `limit ${quantity(limit, signal.unit)}, far above this chart` : '' };
}

/** From zero to a round number; a limit is taken in unless it would flatten the lines. */
function valueScale(signal: SignalSeries, points: readonly Drawn[]) {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const largest = max(values) ?? 0;
  const limitShown = signal.threshold !== undefined && signal.threshold <= 4 * largest;
  // A little air above the highest sample keeps it clear of the axis label; counts stay whole.
  const high = (signal.unit === 'count' ? 1 : 1.05) * Math.max(largest, limitShown ? (signal.threshold ?? 0) : 0);
  const ceiling = signal.unit === 'ratio' && largest <= 1 ? 1 : Infinity;
  const scale = scaleLinear([Math.min(0, min(values) ?? 0), high > 0 ? Math.min(high, ceiling) : 1], [boxHeight, 0]).nice(4);
  const [low = 0, nice = 1] = scale.domain();
  return { y: (value: number) => Number(scale(value).toFixed(1)), low, high: nice, limitShown };
}

function grid(frame: Frame): Markup[] {
  const marks = timeTicks(frame, 5);
  return [
    element('line', { class: 'rule', x1: '0%', x2: '100%', y1: top + plotPx, y2: top + plotPx }),
    ...marks.map((atMs, i) => {
      const edge = i === 0 ? 'start' : frame.percent(atMs) > 94 ? 'end' : 'middle';
      return element('text', { class: `tick ${edge}`, x: x(frame, atMs), y: heightPx - 3 }, virtualTime(atMs - frame.fromMs));
    }),
  ];
}

function paths(frame: Frame, lines: SeriesChart['lines'], y: (value: number) => number): Markup[] {
  return lines
    .map(({ points }, i) => element('path', { class: i < colouredLines ? `s${i + 1}` : 'sx', d: pathThrough(points, (atMs) => Math.round(frame.percent(atMs) * 100) / 10, y) }))
    .toReversed();
}

/** A hole ends one stretch of a line; a stretch of a single sample is closed upon itself, so that it shows as a dot. */
function pathThrough(points: readonly Drawn[], x: (atMs: number) => number, y: (value: number) => number): string {
  let path = '';
  let stretch = 0;
  for (const [atMs, value] of points) {
    if (value === null) {
      if (stretch === 1) path += 'Z';
      stretch = 0;
    } else {
      path += `${stretch === 0 ? 'M' : 'L'}${x(atMs)},${y(value)}`;
      stretch += 1;
    }
  }
  return stretch === 1 ? `${path}Z` : path;
}

const pixel = (boxY: number): number => Number((top + (boxY / boxHeight) * plotPx).toFixed(1));

function limitLine(boxY: number, text: string): Markup[] {
  return [
    element('line', { class: 'limit', x1: '0%', x2: '100%', y1: pixel(boxY), y2: pixel(boxY) }),
    element('text', { class: 'label end halo limit-label', x: '100%', dx: -2, y: pixel(boxY) - 3 }, text),
  ];
}

function detection(frame: Frame): Markup[] {
  if (frame.detectedMs === undefined) return [];
  return [element('line', { class: 'detected', x1: x(frame, frame.detectedMs), x2: x(frame, frame.detectedMs), y1: top, y2: top + plotPx }, element('title', {}, 'detected'))];
}

function ringMark(frame: Frame, ring: Ring, y: (value: number) => number): Markup[] {
  const at = x(frame, ring.atMs);
  const late = frame.percent(ring.atMs) > 90;
  const circle = ring.value === undefined ? [] : [element('circle', { class: 'ring', cx: at, cy: pixel(y(ring.value)), r: 5 })];
  const hair = element('line', { class: 'hair', x1: at, x2: at, y1: top, y2: top + plotPx });
  // A hairline is hard to hit: the whole strip around it is the link.
  const strip = element('rect', { class: 'hit', x: at, y: top, width: 24, height: plotPx, transform: 'translate(-12 0)' });
  return [element('a', { href: `#ev-${ring.id}` }, strip, hair, ...circle, element('text', { class: `label ring-label halo ${late ? 'end' : 'start'}`, x: at, dx: late ? -4 : 4, y: top + 10 }, ring.id))];
}
