import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoreLoad } from './pipeline.ts';
import { scaleWrites } from './saturation.ts';

function loadOf(groups: readonly number[]): StoreLoad {
  const commits = new Map(groups.map((writes, at) => [String(at), { followerIds: [], unheardIds: [], writes, entries: writes, writers: undefined, drawn: 0, ofTransactions: 0 }]));
  return { reads: 0, writes: groups.reduce((sum, each) => sum + each, 0), entries: groups.reduce((sum, each) => sum + each, 0), followed: 0, followedEntries: 0, ofTransactions: 0, followedOfTransactions: 0, refused: 0, tooLarge: 0, api: 'txn', valueBytes: 100, valuesPerWrite: 1, readBytes: 100, readSeconds: 0, holdsRegions: true, news: { byHeartbeat: 0, ledPerSecond: Infinity }, large: undefined, contended: undefined, commits };
}

test('of five hundred groups of one write each, five writes are held back where one in a hundred is', () => {
  const load = loadOf(Array.from({ length: 500 }, () => 1));
  scaleWrites(load, 0.99);
  expect(load.writes).toBe(495);
});

test('as many writes pass as the share says, however they are parted, and no group gains any', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (groups, share) => {
    const load = loadOf(groups);
    const exact = load.writes * share;
    scaleWrites(load, share);
    expect(Math.abs(load.writes - exact)).toBeLessThan(1 + 1e-6);
    [...load.commits.values()].forEach(({ writes }, at) => expect(writes >= 0 && writes <= groups[at]! && Number.isInteger(writes)).toBe(true));
  }));
});
