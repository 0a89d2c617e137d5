import type { Extrapolation } from './window-plan.ts';
import type { RangeFunction } from './windows.ts';

/**
 * rate, increase and delta: the difference over the window, extrapolated to its edges unless the samples end too
 * far from them, and for counters never before the moment at which the counter would have been zero.
 */
export function extrapolated({ counter, perSecond }: { counter: boolean; perSecond: boolean }): RangeFunction {
  return ({ values, falls }, { from, to, extrapolation, span }, { values: result }) => {
    const rangeSeconds = perSecond ? span.rangeMs / 1_000 : 1;
    const { present, sampledSeconds, beforeSeconds } = extrapolation;
    const factors = perSecond ? extrapolation.perSecond : extrapolation.stretch;
    for (let step = 0; step < from.length; step++) {
      if (present[step] === 0) continue;
      const low = from[step] as number;
      const high = (to[step] as number) - 1;
      const first = values[low] as number;
      let difference = (values[high] as number) - first;
      if (counter && falls) difference = withRestarts(difference, values, { low, high });
      let factor = factors[step] as number;
      // A counter that had counted more before the window than in it was zero long before.
      if (counter && first >= 0 && difference > 0 && !(first >= difference && (sampledSeconds[step] as number) >= (beforeSeconds[step] as number))) {
        factor = sinceZero(extrapolation, step, first / difference) / rangeSeconds;
      }
      result[step] = difference * factor;
    }
    return present;
  };
}

/** The stretch that goes no further back than to where the counter was zero; `share` is its first value by how much it grew. */
function sinceZero({ sampledSeconds, beforeSeconds, afterSeconds }: Extrapolation, step: number, share: number): number {
  const sampled = sampledSeconds[step] as number;
  return sampled === 0 ? 1 : (sampled + Math.min(beforeSeconds[step] as number, sampled * share) + (afterSeconds[step] as number)) / sampled;
}

/** A counter that fell has restarted from zero: what it had reached before counts too. */
function withRestarts(difference: number, values: Float64Array, { low, high }: { readonly low: number; readonly high: number }): number {
  let total = difference;
  for (let i = low + 1; i <= high; i++) {
    const previous = values[i - 1] as number;
    if ((values[i] as number) < previous) total += previous;
  }
  return total;
}

/** irate and idelta: the last two samples only. A counter that fell has restarted from zero. */
export function instantDelta({ counter }: { counter: boolean }): RangeFunction {
  return ({ times, values }, { from, to }, { values: result, present }) => {
    present.fill(0);
    for (let step = 0; step < from.length; step++) {
      const high = (to[step] as number) - 1;
      if (high <= (from[step] as number)) continue;
      const spanMs = (times[high] as number) - (times[high - 1] as number);
      if (spanMs === 0) continue;
      const previous = values[high - 1] as number;
      const current = values[high] as number;
      result[step] = !counter ? current - previous : (current < previous ? current : current - previous) / (spanMs / 1_000);
      present[step] = 1;
    }
    return present;
  };
}
