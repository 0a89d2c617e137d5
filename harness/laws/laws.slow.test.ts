import { expect, test } from 'vitest';
import { checkLawsOnAllCores } from './spread.ts';

test('laws: ten thousand random lives keep all of them', { timeout: 1_800_000 }, async () => {
  expect(await checkLawsOnAllCores({ schedules: 10_000, seed: 1 })).toBeUndefined();
});
