import { expect, test } from 'vitest';
import { SlowScore } from './slow-score.ts';

test('seven bad rounds take the score from 1 to 100, and each clean one takes a point off', () => {
  const score = new SlowScore();
  const seen = [1, 2, 3, 4, 5, 6, 7].map(() => {
    score.round(1);
    return score.value;
  });
  expect(seen).toEqual([2, 4, 8, 16, 32, 64, 100]);
  score.round(0);
  expect(score.value).toBe(99);
});

test('a few timeouts raise it less than many', () => {
  const [few, many] = [new SlowScore(), new SlowScore()];
  few.round(0.05);
  many.round(0.5);
  expect(few.value).toBeLessThanOrEqual(many.value);
  expect(many.value).toBe(2);
});
