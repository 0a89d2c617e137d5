import type { Millis } from '../../../src/kernel/clock.ts';
import { KahanSum } from './kahan.ts';
import type { Window } from './windows.ts';

/** A least-squares line; `intercept` is its value at `originMs`. */
export function linearRegression({ times, values, from, to }: Window, originMs: Millis): { slope: number; intercept: number } {
  const first = values[from] as number;
  const sums = { x: new KahanSum(), y: new KahanSum(), xy: new KahanSum(), xx: new KahanSum() };
  let level = true;
  for (let i = from; i < to; i++) {
    const y = values[i] as number;
    const x = ((times[i] as number) - originMs) / 1_000;
    if (y !== first) level = false;
    sums.x.add(x);
    sums.y.add(y);
    sums.xy.add(x * y);
    sums.xx.add(x * x);
  }
  if (level) return Math.abs(first) === Infinity ? { slope: NaN, intercept: NaN } : { slope: 0, intercept: first };
  const count = to - from;
  const { x, y, xy, xx } = { x: sums.x.total, y: sums.y.total, xy: sums.xy.total, xx: sums.xx.total };
  const slope = (xy - (x * y) / count) / (xx - (x * x) / count);
  return { slope, intercept: y / count - (slope * x) / count };
}
