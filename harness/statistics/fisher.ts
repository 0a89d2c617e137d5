import { assert } from '../../src/kernel/assert.ts';
import { logChoose, probability } from './binomial.ts';

/** Passes out of trials on one side of a comparison. */
export interface Count {
  readonly passes: number;
  readonly trials: number;
}

/**
 * Fisher's exact test, one-sided: how likely `now` would have so few passes, or fewer, if it were no worse than `before`.
 * For counts that cannot be paired. R. A. Fisher, "The Design of Experiments" (1935) chapter 2; hypergeometric, all margins fixed.
 */
export function fisherWorse(now: Count, before: Count): number {
  assert(now.passes <= now.trials && before.passes <= before.trials, 'more passes than trials');
  const passes = now.passes + before.passes;
  const trials = now.trials + before.trials;
  let sum = 0;
  for (let k = Math.max(0, passes - before.trials); k <= now.passes; k++) {
    sum += Math.exp(logChoose(now.trials, k) + logChoose(before.trials, passes - k) - logChoose(trials, passes));
  }
  return probability(sum);
}
