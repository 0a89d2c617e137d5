import type { Wait } from '../metrics/waits.ts';

/** Keys that are written equally often, as one store sees them. */
export interface KeyClass {
  /** The part of the store's writes that is for these keys. */
  readonly share: number;
  /** The part that is for each one of them. */
  readonly each: number;
}

/** Where more comes for a key than can be served one by one, the rest is not sent: clients hold so much at most. */
const busyMax = 0.95;
/** A wait that is met less often than by one write in ten thousand is none. */
const shareMin = 1e-4;

/**
 * What writes wait for the scheduler's latches: commands for one key run one after the other, and one holds its key until its entry is applied.
 * A write finds its key held with a probability of `rho = a x hold` (arrivals that know nothing of each other), and then waits
 * `hold / (2 (1 - rho))` on average (a queue with one server and a service of fixed length, by Pollaczek and Khinchine), with an exponential tail.
 */
export function latchWait(classes: readonly KeyClass[], { writesPerSecond, holdMs }: { readonly writesPerSecond: number; readonly holdMs: number }): Wait | undefined {
  let [share, sumMs] = [0, 0];
  for (const one of classes) {
    const busy = (writesPerSecond * one.each * holdMs) / 1_000;
    const waits = one.share * Math.min(1, busy);
    share += waits;
    sumMs += (waits * holdMs) / (2 * (1 - Math.min(busyMax, busy)));
  }
  if (share < shareMin) return undefined;
  const meanMs = sumMs / share;
  // The last digits of a logarithm belong to the engine; these are kept.
  return { share, meanMs, msAt: (rank) => (meanMs * Math.round(-1e6 * Math.log(1 - Math.min(0.999, rank)))) / 1e6 };
}
