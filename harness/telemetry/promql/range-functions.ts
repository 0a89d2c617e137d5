import type { Millis } from '../../../src/kernel/clock.ts';
import { extrapolated, instantDelta } from './rates.ts';
import { KahanColumn, KahanMeanColumn, KahanSum } from './kahan.ts';
import { linearRegression } from './regression.ts';
import { quantile } from './statistics.ts';
import { perWindow, type RangeFunction, type Window, type WindowFunction } from './windows.ts';

const last = ({ values, to }: Window): number => values[to - 1] as number;
const first = ({ values, from }: Window): number => values[from] as number;

function reduce(better: (candidate: number, best: number) => boolean): WindowFunction {
  return (window) => {
    let best = first(window);
    for (let i = window.from + 1; i < window.to; i++) {
      const value = window.values[i] as number;
      if (better(value, best) || Number.isNaN(best)) best = value;
    }
    return best;
  };
}

/** How often neighbours are in a relation. */
function countPairs(counts: (previous: number, current: number) => boolean): WindowFunction {
  return ({ values, from, to }) => {
    let count = 0;
    for (let i = from + 1; i < to; i++) if (counts(values[i - 1] as number, values[i] as number)) count++;
    return count;
  };
}

const differs = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b));

function sum({ values, from, to }: Window): number {
  const kahan = new KahanSum();
  for (let i = from; i < to; i++) kahan.add(values[i] as number);
  return kahan.total;
}

function mean({ values, from, to }: Window): number {
  const means = new KahanMeanColumn(new KahanColumn(new Float64Array(1), new Float64Array(1)), 1);
  for (let i = from; i < to; i++) means.add(0, values[i] as number);
  return means.mean(0);
}

function variance({ values, from, to }: Window): number {
  const average = new KahanSum();
  const squares = new KahanSum();
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const delta = value - (average.sum + average.compensation);
    average.add(delta / (i - from + 1));
    squares.add(delta * (value - (average.sum + average.compensation)));
  }
  return (squares.sum + squares.compensation) / (to - from);
}

function slope(window: Window): number | undefined {
  return window.to - window.from < 2 ? undefined : linearRegression(window, window.times[window.from] as number).slope;
}

/** The functions of one range vector and nothing else. */
export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ['rate', extrapolated({ counter: true, perSecond: true })],
  ['increase', extrapolated({ counter: true, perSecond: false })],
  ['delta', extrapolated({ counter: false, perSecond: false })],
  ['irate', instantDelta({ counter: true })],
  ['idelta', instantDelta({ counter: false })],
  ['deriv', perWindow(slope)],
  ['changes', perWindow(countPairs(differs))],
  ['resets', perWindow(countPairs((previous, current) => current < previous))],
  ['sum_over_time', perWindow(sum)],
  ['avg_over_time', perWindow(mean)],
  ['min_over_time', perWindow(reduce((candidate, best) => candidate < best))],
  ['max_over_time', perWindow(reduce((candidate, best) => candidate > best))],
  ['count_over_time', perWindow(({ from, to }) => to - from)],
  ['present_over_time', perWindow(() => 1)],
  ['last_over_time', perWindow(last)],
  ['first_over_time', perWindow(first)],
  ['stdvar_over_time', perWindow(variance)],
  ['stddev_over_time', perWindow((window) => Math.sqrt(variance(window)))],
]);

/** Range functions that keep the metric's name: they pick samples and do not compute. */
export const keepsName: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);

/** `predict_linear`: where the line through the window's samples is so many seconds from now. */
export function predictLinear(window: Window, { atMs, aheadSeconds }: { readonly atMs: Millis; readonly aheadSeconds: number }): number | undefined {
  if (window.to - window.from < 2) return undefined;
  const line = linearRegression(window, atMs);
  return line.slope * aheadSeconds + line.intercept;
}

/** `quantile_over_time`. */
export const quantileOverTime = ({ values, from, to }: Window, q: number): number => quantile(q, values.subarray(from, to));
