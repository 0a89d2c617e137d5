import { assert } from '../../src/kernel/assert.ts';

/** Two ends of a confidence interval for a rate. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the standard normal distribution. */
const z95 = 1.959963984540054;

/**
 * The Wilson score interval (95 %) for `passes` of `trials`: sensible at 0 and n, where the usual ± interval has no width.
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212;
 * method 3 in R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872. Without trials it is all of 0..1.
 */
export function wilson(passes: number, trials: number): Interval {
  assert(Number.isSafeInteger(passes) && Number.isSafeInteger(trials) && passes >= 0 && passes <= trials, `${passes} of ${trials} is no count`);
  if (trials === 0) return { low: 0, high: 1 };
  const z2 = z95 * z95;
  const centre = passes + z2 / 2;
  const reach = z95 * Math.sqrt((passes * (trials - passes)) / trials + z2 / 4);
  const width = trials + z2;
  // At the ends the formula gives exactly 0 and 1; floating point would miss them by a hair.
  return { low: passes === 0 ? 0 : (centre - reach) / width, high: passes === trials ? 1 : (centre + reach) / width };
}

/** `3/5 (23-88 %)`: the count first, then what it allows to say about the rate. */
export function rateWords(passes: number, trials: number): string {
  if (trials === 0) return '0/0';
  const { low, high } = wilson(passes, trials);
  return `${passes}/${trials} (${Math.round(100 * low)}-${Math.round(100 * high)} %)`;
}
