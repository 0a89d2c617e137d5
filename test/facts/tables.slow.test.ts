import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Facts } from './families.ts';
import { keptText, recordedKept } from './kept.ts';
import { hasReference, twinFolder } from './reference.ts';
import { recordedStill, stillText } from './still.ts';
import { recordedThreads, threadsText } from './threads.ts';
import { recordedWork, workText } from './work.ts';

const stored = (...path: string[]): string => readFileSync(join(twinFolder, ...path), 'utf8');

describe.skipIf(!hasReference)("the twin's tables come out of the recordings again", () => {
  test('what each request costs', () => {
    expect(stored('metrics', 'work.json')).toBe(workText(recordedWork()));
  });

  test('what never moves', () => {
    const { families } = JSON.parse(stored('metrics', 'families.json')) as Facts;
    expect(stored('metrics', 'still.json')).toBe(stillText(recordedStill(families)));
  });

  test('what is brought up to date every ten seconds only', () => {
    expect(stored('metrics', 'kept.json')).toBe(keptText(recordedKept()));
  });

  test('what each thread is for', () => {
    expect(stored('store', 'meters', 'threads.json')).toBe(threadsText(recordedThreads()));
  });
});
