import type { Millis } from '../../src/kernel/clock.ts';

/** What a line did after the fault: how, since when, and how far from its quiet level. */
export interface Symptom {
  readonly moved: 'rises' | 'falls' | 'gone' | 'appears' | 'flat';
  /** After the injection; absent when flat. */
  readonly afterMs?: Millis;
  /** Median of the quiet window; absent when the line was not there. */
  readonly quiet?: number;
  /** The level that it reached: the middle of its farther half. */
  readonly level?: number;
}

/** One line of a signal: instants in order, `undefined` where there is no sample. */
export type Line = readonly { readonly atMs: Millis; readonly value: number | undefined }[];

/** How a line is read: from when to when, and in the line's own unit. */
export interface Window {
  readonly injectMs: Millis;
  readonly untilMs: Millis;
  readonly leastChange: number;
  /** Of events: before the first of them the counter may not be there, which is a rate of nothing. */
  readonly isRate?: boolean;
}

/**
 * Reads a line's symptom: it leaves the band of its quiet window (three scaled median deviations, a quarter of the level, or
 * the least change that counts) and stays out for two looks in a row.
 */
export function symptomOf(line: Line, window: Window): Symptom {
  const { injectMs, untilMs, leastChange, isRate = false } = window;
  const before = valuesOf(line.filter(({ atMs }) => atMs < injectMs));
  if (before.length === 0 && isRate) return symptomOf(fromNothing(line), { ...window, isRate: false });
  const after = line.filter(({ atMs }) => atMs >= injectMs && atMs <= untilMs);
  const quiet = median(before);
  if (quiet === undefined) return appearance(after, injectMs);
  const band = Math.max(leastChange, 0.25 * Math.abs(quiet), 3 * 1.4826 * (median(before.map((value) => Math.abs(value - quiet))) ?? 0));
  const isOut = ({ value }: Line[number]): boolean => value === undefined || Math.abs(value - quiet) > band;
  const first = after.findIndex((point, index) => isOut(point) && after[index + 1] !== undefined && isOut(after[index + 1] as Line[number]));
  const since = after[first];
  if (since === undefined) return { moved: 'flat', quiet };
  const out = valuesOf(after.slice(first).filter(isOut));
  const afterMs = since.atMs - injectMs;
  // A rate falls for some looks before it ends with its counter: what counts is that it ends.
  if (missingShare(after.slice(first)) > 0.5) return { moved: 'gone', afterMs, quiet };
  const level = fartherHalf(out, quiet);
  return { moved: level > quiet ? 'rises' : 'falls', afterMs, quiet, level };
}

/** The counter of events that nobody has had since the process began is born with the first. */
function fromNothing(line: Line): Line {
  const born = line.findIndex(({ value }) => value !== undefined);
  return born < 0 ? line : line.map((point, index) => (index < born ? { ...point, value: 0 } : point));
}

function appearance(after: Line, injectMs: Millis): Symptom {
  // A quantile of what nothing was put into is there, and no number.
  const first = after.find(({ value }) => value !== undefined && !Number.isNaN(value) && value !== 0);
  if (first === undefined) return { moved: 'flat' };
  return { moved: 'appears', afterMs: first.atMs - injectMs, level: fartherHalf(valuesOf(after), 0) };
}

const missingShare = (line: Line): number => line.filter(({ value }) => value === undefined).length / line.length;

const valuesOf = (line: Line): number[] => line.flatMap(({ value }) => (value === undefined || Number.isNaN(value) ? [] : [value]));

/** The middle of those values that are farther from the quiet level than the others, so that ramps and tails do not decide. */
function fartherHalf(values: readonly number[], quiet: number): number {
  const ranked = values.toSorted((a, b) => Math.abs(b - quiet) - Math.abs(a - quiet));
  return median(ranked.slice(0, Math.ceil(ranked.length / 2))) ?? quiet;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
