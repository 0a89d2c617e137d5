import { expect, test } from 'vitest';
import { askDamaged, readDamaged } from './hostile-input.ts';

const seed = Number(process.env.LAB_SEED ?? 5);

// The long versions: npm run bench -- fuzz.
test(`6,000 damaged expressions: an answer or a clean error each (LAB_SEED=${seed})`, { timeout: 60_000 }, async () => {
  const { broken, answered, refused } = await askDamaged(6_000, seed);
  expect(broken).toEqual([]);
  expect(answered).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

test(`1,000 damaged metric pages: read or refused, nothing else (LAB_SEED=${seed})`, { timeout: 60_000 }, async () => {
  const { broken, answered, refused } = await readDamaged(1_000, seed);
  expect(broken).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});
