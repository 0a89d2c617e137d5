import type { Wait } from '../metrics/histogram.ts';

/** How often a store's transactions meet on a key. */
export interface Meetings {
  /** Writes a second to the key that a write is for, on average over all writes. */
  readonly ownPerSecond: number;
  /** Writes a second to its most popular key. */
  readonly mostPerSecond: number;
}

/** Where more comes for a key than can be served one by one, the rest is not sent: clients hold so much at most. */
const busyMax = 0.95;
/** A wait that is met less often than by one write in ten thousand is none. */
const shareMin = 1e-4;

/**
 * What writes wait for the scheduler's latches: commands for one key run one after the other, and one holds its key until its entry is applied.
 * A write meets a key that is held with a probability of `a x hold` (arrivals that know nothing of each other), and then waits
 * `hold / (2 (1 - rho))` on average (a queue with one server and a service of fixed length, by Pollaczek and Khinchine), with an exponential tail.
 */
export function latchWait({ ownPerSecond, mostPerSecond }: Meetings, holdMs: number): Wait | undefined {
  const share = Math.min(1, (ownPerSecond * holdMs) / 1_000);
  if (share < shareMin) return undefined;
  const meanMs = holdMs / (2 * (1 - Math.min(busyMax, (mostPerSecond * holdMs) / 1_000)));
  // The last digits of a logarithm belong to the engine; these are kept.
  return { share, meanMs, msAt: (rank) => (meanMs * Math.round(-1e6 * Math.log(1 - Math.min(0.999, rank)))) / 1e6 };
}
