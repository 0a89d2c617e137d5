import type { Millis } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { Range } from '../../ports/metrics.ts';
import type { Assignment } from '../contract.ts';

/** One line of a chart against its own quiet time. */
export interface Comparison {
  /** The newest value, or null when the series has ended. */
  readonly now: number | null;
  readonly quiet: { readonly median: number; readonly min: number; readonly max: number } | null;
  /** now / quiet median. */
  readonly ratio: number | null;
  /** Where the values that still hold (or, when it is over, the longest excursion) first left the quiet band. */
  readonly leftBandAtMs: Millis | null;
  /** The value farthest from the quiet median since the quiet time, and when. */
  readonly extreme: { readonly value: number; readonly atMs: Millis } | null;
  /** The one instant that best divides the whole line into a before and an after, wherever the quiet time ends. */
  readonly shift: { readonly atMs: Millis; readonly before: number; readonly after: number } | null;
}

type Points = readonly (readonly [Millis, number])[];

/** From the start of the quiet time until now, at a step that keeps the number of points bounded. */
export function comparisonRange({ quiet, nowMs }: Pick<Assignment, 'quiet' | 'nowMs'>): Range {
  const spanMs = Math.max(0, nowMs - quiet.fromMs);
  const stepMs = Math.max(5_000, Math.ceil(spanMs / 150 / 5_000) * 5_000);
  // Counting back from now makes the newest point the newest value.
  return { fromMs: nowMs - Math.floor(spanMs / stepMs) * stepMs, toMs: nowMs, stepMs };
}

const unitsMs: Readonly<Record<string, Millis>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** From when on points are whole, and how far back each of them reaches. */
interface Whole {
  readonly fromMs: Millis;
  readonly windowMs: Millis;
}

const always: Whole = { fromMs: -Infinity, windowMs: 0 };

/**
 * From when on an expression's points are whole. A rate over a window counts too little until its series is as old as the window,
 * by half and more at first; quantiles and ratios of rates do not suffer, since both sides count too little.
 */
export function wholeFrom(promql: string, points: Points, { fromMs, stepMs }: Pick<Range, 'fromMs' | 'stepMs'>): Whole {
  const isPlainRate = /\b(rate|increase)\(/.test(promql) && !/quantile|\)\s*\/|avg_over|max_over/.test(promql);
  const [first] = points;
  if (!isPlainRate || !first || first[0] <= fromMs) return always;
  const windows = [...promql.matchAll(/\[(\d+)([smh])\]/g)].map(([, count, unit = 's']) => Number(count) * (unitsMs[unit] ?? 0));
  const windowMs = Math.max(0, ...windows);
  return { fromMs: first[0] + windowMs - stepMs, windowMs };
}

/** Compares the points of one series with its own quiet time. Before `whole.fromMs` they are known to be too small. */
export function compareWithQuiet(points: Points, quiet: Assignment['quiet'], newestMs: Millis, whole = always): Comparison {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const known = finite.some(([atMs]) => atMs >= whole.fromMs) ? finite.filter(([atMs]) => atMs >= whole.fromMs) : finite;
  const before = known.filter(([atMs]) => atMs <= quiet.toMs);
  // Where the quiet time was too short for one whole window, the first one stands for it of which a third lies in it; a later one holds what came after.
  const standsIn = before.length === 0 && (finite[0]?.[0] ?? Infinity) <= quiet.toMs && (known[0]?.[0] ?? Infinity) <= quiet.toMs + (whole.windowMs * 2) / 3;
  const calm = (standsIn ? known.slice(0, 1) : before).map(([, value]) => value);
  const later = known.filter(([atMs]) => atMs > quiet.toMs);
  const last = known.at(-1);
  const now = last && last[0] >= newestMs ? round(last[1]) : null;
  const band = calm.length === 0 ? null : { median: round(median(calm)), min: round(Math.min(...calm)), max: round(Math.max(...calm)) };
  const shift = largestShift(known);
  if (!band) return { now, quiet: null, ratio: null, leftBandAtMs: later[0]?.[0] ?? null, extreme: null, shift };
  const ratio = now === null || band.median === 0 ? null : round(now / band.median);
  return { now, quiet: band, ratio, leftBandAtMs: leftBand(later, band), extreme: farthest(later, band.median), shift };
}

/** Comparison as JSON for an answer. */
export const comparisonJson = ({ now, quiet, ratio, leftBandAtMs, extreme, shift }: Comparison): { [key: string]: Json } => ({
  now, quiet: quiet && { ...quiet }, ratio, leftBandAtMs, extreme: extreme && { ...extreme }, shift: shift && { ...shift },
});

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Six significant digits: enough for a comparison, and the same text everywhere. */
export const round = (value: number): number => Number(value.toPrecision(6));

interface Band { readonly median: number; readonly min: number; readonly max: number }

/** A short quiet time shows less than the whole spread, so the band gets a margin of half of it and 10 % of its middle. */
function outside(value: number, { median: middle, min, max }: Band): boolean {
  const margin = Math.max((max - min) / 2, Math.abs(middle) * 0.1, 1e-9);
  return value > max + margin || value < min - margin;
}

function leftBand(later: Points, band: Band): Millis | null {
  let best: (readonly [Millis, number])[] = [];
  let run: (readonly [Millis, number])[] = [];
  for (const point of later) {
    if (outside(point[1], band)) run.push(point);
    else if (run.length > 0) run = [];
    if (run.length >= best.length) best = run;
  }
  const excursion = run.length > 0 ? run : best;
  // A short quiet time makes a narrow band that noise leaves early; the change itself begins at a fifth of its height.
  const height = Math.max(0, ...excursion.map(([, value]) => Math.abs(value - band.median)));
  return excursion.find(([, value]) => Math.abs(value - band.median) >= height / 5)?.[0] ?? null;
}

function farthest(later: Points, middle: number): Comparison['extreme'] {
  let far: readonly [Millis, number] | undefined;
  for (const point of later) if (!far || Math.abs(point[1] - middle) > Math.abs(far[1] - middle)) far = point;
  return far ? { value: round(far[1]), atMs: far[0] } : null;
}

/** A step of less than this share of its own level is no step. */
const shiftShare = 0.3;

/** Least squares: the cut that leaves the least variation on its two sides, i.e. with the largest n1·n2·(difference of means)². */
function largestShift(points: Points): Comparison['shift'] {
  const total = points.reduce((sum, [, value]) => sum + value, 0);
  let best: { gain: number; atMs: Millis; before: number; after: number } | undefined;
  let left = 0;
  for (let count = 1; count < points.length; count++) {
    left += points[count - 1]?.[1] ?? 0;
    const [before, after] = [left / count, (total - left) / (points.length - count)];
    const gain = count * (points.length - count) * (after - before) ** 2;
    if (!best || gain > best.gain) best = { gain, atMs: points[count]?.[0] ?? 0, before, after };
  }
  if (!best || Math.abs(best.after - best.before) <= shiftShare * Math.max(Math.abs(best.before), Math.abs(best.after))) return null;
  return { atMs: best.atMs, before: round(best.before), after: round(best.after) };
}
