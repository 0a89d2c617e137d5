import { expect, test } from 'vitest';
import { Random } from '../../../src/kernel/random.ts';
import { arrivals } from './noise.ts';

const draws = 40_000;

test.for([0.003, 0.02, 0.1, 0.3, 1, 3, 11.9, 12, 40, 900])('of %d expected events as many happen on average, with Poisson\'s variance, and never fewer than none', (mean) => {
  const random = Random.fromSeed(5);
  const seen = Array.from({ length: draws }, () => arrivals(random, mean));
  const average = seen.reduce((sum, each) => sum + each, 0) / draws;
  const variance = seen.reduce((sum, each) => sum + (each - average) ** 2, 0) / draws;
  // Four standard errors of a mean of so many draws; of a variance, whose fourth moment is `mean + 3 mean^2`; and what rounding to whole events adds.
  expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / draws));
  expect(Math.abs(variance - mean)).toBeLessThan(4 * Math.sqrt((mean + 3 * mean * mean) / draws) + (mean < 12 ? 0 : 0.3));
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
});

test('nothing is expected, nothing happens', () => {
  expect(arrivals(Random.fromSeed(1), 0)).toBe(0);
});
