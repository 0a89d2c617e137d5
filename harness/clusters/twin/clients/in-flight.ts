import { averageMs } from '../metrics/shape.ts';
import type { LeaderRoutes } from './plan.ts';

/** Clients hold at most so many requests; what comes beyond is turned away before it is sent. */
export const inFlightMax = 6_000;

/**
 * The share of what clients want to send that they can send, while answers take as long as they did in the last tick. By
 * Little's law a rate times the time of an answer is how many requests are under way, and no client holds more than its limit.
 */
export function sentShare(leaders: readonly LeaderRoutes[], { ratePerSecond, reads }: { readonly ratePerSecond: number; readonly reads: number }): number {
  let inFlight = 0;
  for (const { leader, readShare, writeShare } of leaders) {
    inFlight += ratePerSecond * (reads * readShare * averageMs(leader.getShape) + (1 - reads) * writeShare * averageMs(leader.putShape)) / 1_000;
  }
  return inFlight > inFlightMax ? inFlightMax / inFlight : 1;
}
