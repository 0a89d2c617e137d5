import { fairCoinUpperTail, probability } from './binomial.ts';

/**
 * Exact McNemar test for pairs: `worse` pairs changed from pass to fail, `better` from fail to pass; pairs that agree say nothing.
 * Without a difference each changed pair is a fair coin, so p comes from the binomial distribution.
 * Q. McNemar, Psychometrika 12 (1947) 153-157; the exact conditional form as in M. W. Fagerland, S. Lydersen, P. Laake,
 * BMC Medical Research Methodology 13:91 (2013).
 */
export function mcnemar(worse: number, better: number): { readonly worseP: number; readonly twoSidedP: number } {
  const changed = worse + better;
  return {
    worseP: fairCoinUpperTail(worse, changed),
    twoSidedP: probability(2 * fairCoinUpperTail(Math.max(worse, better), changed)),
  };
}

/** How many pairs must all change from pass to fail before one-sided p can reach `alpha`. */
export function pairsNeeded(alpha: number): number {
  let pairs = 1;
  while (2 ** -pairs > alpha) pairs++;
  return pairs;
}
