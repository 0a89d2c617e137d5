import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from './same-bytes.ts';
import { schedules } from './schedule.ts';
import { checkLawsOnAllCores } from './spread.ts';

test('laws: ten thousand random lives keep all of them', { timeout: 1_800_000 }, async () => {
  expect(await checkLawsOnAllCores({ schedules: 10_000, seed: 1 })).toBeUndefined();
});

test('laws: one seed gives the same bytes, whatever befalls a cluster', { timeout: 900_000 }, async () => {
  await fc.assert(fc.asyncProperty(schedules, async (schedule) => {
    expect(await digestOf(schedule)).toBe(await digestOf(schedule));
  }), { numRuns: Number(process.env['LAWS_SAME_BYTES'] ?? 200), seed: 1 });
});
