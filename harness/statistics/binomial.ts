import { assert } from '../../src/kernel/assert.ts';

/**
 * ln C(n, k), as a sum of logarithms: exact enough for every count that a suite reaches and free of overflow.
 * One log per factor keeps the result independent of any approximation of the gamma function.
 */
export function logChoose(n: number, k: number): number {
  assert(Number.isSafeInteger(n) && Number.isSafeInteger(k) && n >= 0, 'counts are whole numbers');
  if (k < 0 || k > n) return -Infinity;
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log(n - i + 1) - Math.log(i);
  return sum;
}

/** P(X >= k) for X ~ Binomial(n, 1/2). */
export function fairCoinUpperTail(k: number, n: number): number {
  let sum = 0;
  for (let i = n; i >= Math.max(0, k); i--) sum += Math.exp(logChoose(n, i) - n * Math.LN2);
  return probability(sum);
}

/** Rounding errors of a sum may leave the unit interval by a hair; probabilities may not. */
export function probability(value: number): number {
  return Math.min(1, Math.max(0, value));
}
