import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import type { Grid } from './value.ts';
import { WindowPlan, type WindowSpan } from './window-plan.ts';

/** How many plans each list of times keeps: the panels of a dashboard ask over the same steps with few different ranges. */
const keptPlans = 4;

const plansOf = rememberedByObject((_times: Float64Array): WindowPlan[] => []);

/** The plan of these windows in this list of times, from an earlier series or query if there was one; that of one instant is not worth keeping. */
export function windowPlan(times: Float64Array, span: WindowSpan): WindowPlan {
  if (span.ends.count === 1) return new WindowPlan(times, span);
  const known = plansOf(times);
  for (const plan of known) if (isSame(plan.span, span)) return plan;
  const plan = new WindowPlan(times, span);
  known.unshift(plan);
  if (known.length > keptPlans) known.length = keptPlans;
  return plan;
}

const isSame = (a: WindowSpan, b: WindowSpan): boolean => a.rangeMs === b.rangeMs && a.earlierMs === b.earlierMs && isSameGrid(a.ends, b.ends);

/** Whether both have the same instants. */
export const isSameGrid = (a: Grid, b: Grid): boolean => a.startMs === b.startMs && a.stepMs === b.stepMs && a.count === b.count;
