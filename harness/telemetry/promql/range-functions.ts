import { extrapolated, instantDelta } from './rates.ts';
import { KahanMean, KahanSum } from './kahan.ts';
import { linearRegression } from './regression.ts';
import { quantile } from './statistics.ts';
import type { Window, WindowFunction } from './windows.ts';

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
  const kahan = new KahanMean();
  for (let i = from; i < to; i++) kahan.add(values[i] as number);
  return kahan.mean;
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
export const rangeFunctions: ReadonlyMap<string, WindowFunction> = new Map<string, WindowFunction>([
  ['rate', (window) => extrapolated(window, { counter: true, perSecond: true })],
  ['increase', (window) => extrapolated(window, { counter: true, perSecond: false })],
  ['delta', (window) => extrapolated(window, { counter: false, perSecond: false })],
  ['irate', (window) => instantDelta(window, { counter: true })],
  ['idelta', (window) => instantDelta(window, { counter: false })],
  ['deriv', slope],
  ['changes', countPairs(differs)],
  ['resets', countPairs((previous, current) => current < previous)],
  ['sum_over_time', sum],
  ['avg_over_time', mean],
  ['min_over_time', reduce((candidate, best) => candidate < best)],
  ['max_over_time', reduce((candidate, best) => candidate > best)],
  ['count_over_time', ({ from, to }) => to - from],
  ['present_over_time', () => 1],
  ['last_over_time', last],
  ['first_over_time', first],
  ['stdvar_over_time', variance],
  ['stddev_over_time', (window) => Math.sqrt(variance(window))],
]);

/** Range functions that keep the metric's name: they pick samples and do not compute. */
export const keepsName: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);

/** `predict_linear`: where the line through the window's samples is so many seconds from now. */
export function predictLinear(window: Window, aheadSeconds: number): number | undefined {
  if (window.to - window.from < 2) return undefined;
  const line = linearRegression(window, window.atMs);
  return line.slope * aheadSeconds + line.intercept;
}

/** `quantile_over_time`. */
export const quantileOverTime = ({ values, from, to }: Window, q: number): number => quantile(q, values.subarray(from, to));
