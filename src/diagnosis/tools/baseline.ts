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
}

type Points = readonly (readonly [Millis, number])[];

/** From the start of the quiet time until now, at a step that keeps the number of points bounded. */
export function comparisonRange({ quiet, nowMs }: Pick<Assignment, 'quiet' | 'nowMs'>): Range {
  const spanMs = Math.max(0, nowMs - quiet.fromMs);
  const stepMs = Math.max(5_000, Math.ceil(spanMs / 150 / 5_000) * 5_000);
  // Counting back from now makes the newest point the newest value.
  return { fromMs: nowMs - Math.floor(spanMs / stepMs) * stepMs, toMs: nowMs, stepMs };
}

/** Compares the points of one series with its own quiet time. */
export function compareWithQuiet(points: Points, quiet: Assignment['quiet'], newestMs: Millis): Comparison {
  const known = points.filter(([, value]) => Number.isFinite(value));
  const calm = known.filter(([atMs]) => atMs <= quiet.toMs).map(([, value]) => value);
  const later = known.filter(([atMs]) => atMs > quiet.toMs);
  const last = known.at(-1);
  const now = last && last[0] >= newestMs ? round(last[1]) : null;
  const band = calm.length === 0 ? null : { median: round(median(calm)), min: round(Math.min(...calm)), max: round(Math.max(...calm)) };
  if (!band) return { now, quiet: null, ratio: null, leftBandAtMs: later[0]?.[0] ?? null, extreme: null };
  const ratio = now === null || band.median === 0 ? null : round(now / band.median);
  return { now, quiet: band, ratio, leftBandAtMs: leftBand(later, band), extreme: farthest(later, band.median) };
}

/** Comparison as JSON for an answer. */
export const comparisonJson = (comparison: Comparison): { [key: string]: Json } => ({ ...comparison, quiet: comparison.quiet && { ...comparison.quiet }, extreme: comparison.extreme && { ...comparison.extreme } });

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
  let best: { fromMs: Millis; length: number } | undefined;
  let run: { fromMs: Millis; length: number } | undefined;
  for (const [atMs, value] of later) {
    run = outside(value, band) ? { fromMs: run?.fromMs ?? atMs, length: (run?.length ?? 0) + 1 } : undefined;
    if (run && (!best || run.length >= best.length)) best = run;
  }
  return run?.fromMs ?? best?.fromMs ?? null;
}

function farthest(later: Points, middle: number): Comparison['extreme'] {
  let far: readonly [Millis, number] | undefined;
  for (const point of later) if (!far || Math.abs(point[1] - middle) > Math.abs(far[1] - middle)) far = point;
  return far ? { value: round(far[1]), atMs: far[0] } : null;
}
