import type { SeriesView } from '../series.ts';
import type { Column } from './column-source.ts';
import type { WindowPlan } from './window-plan.ts';
import type { RangeFunction } from './windows.ts';

/**
 * rate, increase and delta: the difference over the window, extrapolated to its edges unless the samples end too
 * far from them, and for counters never before the moment at which the counter would have been zero.
 */
export function extrapolated({ counter, perSecond }: { counter: boolean; perSecond: boolean }): RangeFunction {
  return (samples, plan, { values: result, present }) => {
    const { values, falls } = samples;
    const { sampledSeconds, beforeSeconds, afterSeconds, stretch } = plan.extrapolation;
    const rangeSeconds = perSecond ? plan.span.rangeMs / 1_000 : 0;
    const { from, to } = plan;
    for (let step = 0; step < plan.grid.count; step++) {
      const low = from[step] as number;
      const high = (to[step] as number) - 1;
      if (high <= low) continue;
      const first = values[low] as number;
      let difference = (values[high] as number) - first;
      if (counter && falls) difference = withRestarts(difference, values, { low, high });
      let factor = stretch[step] as number;
      const sampled = sampledSeconds[step] as number;
      const before = beforeSeconds[step] as number;
      if (counter && difference > 0 && first >= 0 && !(first >= difference && sampled >= before) && sampled !== 0) {
        factor = (sampled + Math.min(before, sampled * (first / difference)) + (afterSeconds[step] as number)) / sampled;
      }
      result[step] = difference * (perSecond ? factor / rangeSeconds : factor);
      present[step] = 1;
    }
  };
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
  return ({ times, values }: SeriesView, { from, to, grid }: WindowPlan, { values: result, present }: Column) => {
    for (let step = 0; step < grid.count; step++) {
      const high = (to[step] as number) - 1;
      if (high <= (from[step] as number)) continue;
      const spanMs = (times[high] as number) - (times[high - 1] as number);
      if (spanMs === 0) continue;
      const previous = values[high - 1] as number;
      const current = values[high] as number;
      result[step] = !counter ? current - previous : (current < previous ? current : current - previous) / (spanMs / 1_000);
      present[step] = 1;
    }
  };
}
