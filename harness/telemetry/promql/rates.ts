import type { Window } from './windows.ts';

/**
 * rate, increase and delta: the difference over the window, extrapolated to its edges unless the samples end too
 * far from them, and for counters never before the moment at which the counter would have been zero.
 */
export function extrapolated({ times, values, from, to, startMs, endMs }: Window, { counter, perSecond }: { counter: boolean; perSecond: boolean }): number | undefined {
  if (to - from < 2) return undefined;
  const first = values[from] as number;
  let difference = (values[to - 1] as number) - first;
  if (counter) {
    for (let i = from + 1; i < to; i++) {
      const previous = values[i - 1] as number;
      if ((values[i] as number) < previous) difference += previous;
    }
  }
  const sampledSeconds = ((times[to - 1] as number) - (times[from] as number)) / 1_000;
  const spacingSeconds = sampledSeconds / (to - from - 1);
  const farSeconds = spacingSeconds * 1.1;
  let beforeSeconds = ((times[from] as number) - startMs) / 1_000;
  let afterSeconds = (endMs - (times[to - 1] as number)) / 1_000;
  if (beforeSeconds >= farSeconds) beforeSeconds = spacingSeconds / 2;
  if (counter && difference > 0 && first >= 0) beforeSeconds = Math.min(beforeSeconds, sampledSeconds * (first / difference));
  if (afterSeconds >= farSeconds) afterSeconds = spacingSeconds / 2;
  const stretch = sampledSeconds === 0 ? 1 : (sampledSeconds + beforeSeconds + afterSeconds) / sampledSeconds;
  return difference * (perSecond ? stretch / ((endMs - startMs) / 1_000) : stretch);
}

/** irate and idelta: the last two samples only. A counter that fell has restarted from zero. */
export function instantDelta({ times, values, from, to }: Window, { counter }: { counter: boolean }): number | undefined {
  if (to - from < 2) return undefined;
  const previous = values[to - 2] as number;
  const current = values[to - 1] as number;
  const spanMs = (times[to - 1] as number) - (times[to - 2] as number);
  if (spanMs === 0) return undefined;
  if (!counter) return current - previous;
  return (current < previous ? current : current - previous) / (spanMs / 1_000);
}
