import { expect, test } from 'vitest';
import { cpuSecondsOf, wakingSecondsOf } from './cpu-cost.ts';
import type { StoreLoad } from './pipeline.ts';

const load = (reads: number, writes: number): StoreLoad => ({
  reads, writes, entries: writes, followed: 2 * writes, followedEntries: 2 * writes, ofTransactions: 0, followedOfTransactions: 0, refused: 0, tooLarge: 0, api: 'raw', large: undefined, contended: undefined, readSeconds: 0, readBytes: 0, valueBytes: 1_024, valuesPerWrite: 1, holdsRegions: true, news: { byHeartbeat: 0, ledPerSecond: Infinity }, commits: new Map(),
});

const perSecond = { spanSeconds: 1, turnsPerSecond: 0 };

test('a store without a region uses half of what one uses that nobody asks for anything', () => {
  const [empty, idle] = [cpuSecondsOf({ ...load(0, 0), holdsRegions: false }, 1), cpuSecondsOf(load(0, 0), 1)];
  expect(empty / idle).toBeCloseTo(0.5, 1);
  expect(wakingSecondsOf(load(0, 0), perSecond)).toBe(0);
});

test('few requests wake a thread each, and many find it awake', () => {
  const each = (requests: number) => wakingSecondsOf(load(requests, requests), perSecond) / requests;
  expect(each(1) / each(10)).toBeCloseTo(1, 1);
  expect(each(10) / each(10_000)).toBeGreaterThan(100);
});

test('turns of the log writer wake as well', () => {
  expect(wakingSecondsOf(load(50, 30), { spanSeconds: 1, turnsPerSecond: 90 })).toBeGreaterThan(wakingSecondsOf(load(50, 30), { spanSeconds: 1, turnsPerSecond: 10 }));
});
