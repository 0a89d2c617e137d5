import { assert } from '../../src/kernel/assert.ts';
import { logChoose, probability } from './binomial.ts';

/** P(X <= k) for X ~ Binomial(n, p). */
export function binomialLowerTail(k: number, n: number, p: number): number {
  assert(p >= 0 && p <= 1, 'a probability lies within 0 and 1');
  if (p === 0 || k >= n) return 1;
  if (p === 1) return 0;
  let sum = 0;
  for (let i = 0; i <= k; i++) sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p));
  return probability(sum);
}

/**
 * The exact upper bound for a rate of which `k` in `n` were seen: a higher rate would show so few with a chance below `risk`.
 * C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413; a two-sided 95 % interval has risk 0.025 on each side.
 */
export function upperBound(k: number, n: number, risk = 0.05): number {
  if (k >= n) return 1;
  let [low, high] = [k / n, 1];
  // Bisection: the tail falls as the rate grows; 50 halvings are finer than any printed digit.
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (binomialLowerTail(k, n, middle) > risk) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether more than the allowed share of pairs that got worse is ruled out at 95 %. */
export function rulesOut(worse: number, pairs: number, allowed: number): boolean {
  return binomialLowerTail(worse, pairs, allowed) <= 0.05;
}

/** How far pairs may have become worse in truth, and whether that is little enough to call it no worse. */
export interface Margin {
  readonly allowed: number;
  /** A larger share of pairs that got worse is ruled out at 95 %; pairs that got better are not set off against it. */
  readonly worstDrop: number;
  readonly isRuledOut: boolean;
  /** So many more pairs, none of them worse, would rule out a drop of more than what is allowed; 0 when it is ruled out. */
  readonly morePairs: number;
}

/** A tenth of the pairs: less than that is what few trials cannot tell from chance anyway. */
export const allowedDrop = 0.1;

/** Holds the pairs that got worse against the margin within which a change counts as no worse. */
export function marginOf(worse: number, pairs: number, allowed: number = allowedDrop): Margin {
  let needed = pairs;
  while (!rulesOut(worse, needed, allowed)) needed++;
  return { allowed, worstDrop: pairs === 0 ? 1 : upperBound(worse, pairs), isRuledOut: needed === pairs, morePairs: needed - pairs };
}
