import type { Random } from '../../../src/kernel/random.ts';

/** Nearly a standard normal draw: the sum of four uniform ones. Cheap, bounded at 3.5 sigma, no logarithm. */
export const normal = (random: Random): number => (random.unit() + random.unit() + random.unit() + random.unit() - 2) * 1.7320508;

/** Below this mean Poisson's law is counted out; above it a bounded normal one, whose lower end lies above nothing, comes as near. */
const countedOut = 12;

/** How many of `mean` expected independent events happened (Poisson's law). */
export function arrivals(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean < countedOut) return poisson(random.unit(), mean);
  return Math.floor(mean + normal(random) * Math.sqrt(mean) + random.unit());
}

/** Walks up the law until it has passed this part of it. */
function poisson(rank: number, mean: number): number {
  let [count, probability] = [0, Math.exp(-mean)];
  for (let left = rank - probability; left >= 0 && probability > 0; left -= probability) probability *= mean / ++count;
  return count;
}

/** `value` with a relative scatter, e.g. 0.1 for ten per cent. */
export const jittered = (random: Random, value: number, scatter: number): number => value * Math.max(0.05, 1 + scatter * normal(random));

/** Seconds, told to the microsecond. */
export const toMicrosecond = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** A span that differs by up to a tenth from time to time. */
export const roughly = (random: Random, spanMs: number): number => Math.round(spanMs * random.between(0.9, 1.1));
