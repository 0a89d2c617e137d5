import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { deviationOf } from '../pd/hot-balance.ts';
import { layRegions } from './layout.ts';
import { Region } from './region.ts';
import { settleHeat } from './settle-heat.ts';

const load = { shape: 'mixed', ratePerSecond: 4_000, reads: 0.7, keys: 'zipfian', valueBytes: 1_024 } as const;
const stores = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const served = (regions: readonly Region[], count: number): number[] => stores(count).map((id) => regions.filter(({ leader }) => leader === id).reduce((sum, { share }) => sum + share, 0));

const lay = (seed: number, count: number, shape: 'mixed' | 'idle'): Region[] => layRegions(Random.fromSeed(seed), { storeIds: stores(count), count: 60 * count, load: { ...load, shape }, keys: undefined });
const unevenness = (seed: number, count: number, shape: 'mixed' | 'idle'): number => deviationOf(served(lay(seed, count, shape), count));

test('what lies hot lies on the stores of its replicas, and nobody leads so many that leaders would move', () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 3, max: 6 }), (seed, count) => {
    const settled = lay(seed, count, 'mixed');
    const leaders = stores(count).map((id) => settled.filter(({ leader }) => leader === id).length);
    expect(Math.max(...leaders) - Math.min(...leaders)).toBeLessThanOrEqual(10);
    for (const { peers, leader } of settled) {
      expect(new Set(peers.map(({ storeId }) => storeId)).size).toBe(3);
      expect(peers.some(({ storeId }) => storeId === leader)).toBe(true);
    }
  }), { numRuns: 60 });
});

test('where only leaders can move, reads are never less even than chance would lay them', () => {
  fc.assert(fc.property(fc.nat(), (seed) => {
    expect(unevenness(seed, 3, 'mixed')).toBeLessThanOrEqual(unevenness(seed, 3, 'idle') + 1e-9);
  }), { numRuns: 30 });
});

// A replica that moves for its writes takes its leader along, so a single layout may end a little less even in reads.
test.each([3, 4, 5, 6])('over many clusters of %i stores, reads lie less than half as uneven as chance lays them', (count) => {
  const sum = (shape: 'mixed' | 'idle') => Array.from({ length: 40 }, (_, seed) => unevenness(seed, count, shape)).reduce((all, each) => all + each, 0);
  expect(sum('mixed')).toBeLessThan(sum('idle') / 2);
});

test('writes that are hot only with the bytes of their keys, as PD hears of them, are spread too', () => {
  const regionOn = (id: number, storeIds: readonly number[], share: number): Region => new Region({
    id, startKey: '', endKey: '', confVer: 1, version: 1, peers: storeIds.map((storeId) => ({ id: 10 * id + storeId, storeId })), leader: storeIds[0]!, term: 6, index: 10, share, hibernated: false, sizeMib: 50, keys: 1,
  });
  // Twelve a second: 960 bytes of values, and 300 of keys.
  const hot = Array.from({ length: 6 }, (_, id) => regionOn(id + 1, [1, 2, 3], 0.012));
  const cold = Array.from({ length: 12 }, (_, id) => regionOn(id + 11, [4, 1 + (id % 3), 1 + ((id + 1) % 3)], 0.001));
  settleHeat([...hot, ...cold], stores(4), { ...load, ratePerSecond: 1_000, reads: 0, valueBytes: 80 });
  expect(hot.filter(({ peers }) => peers.some(({ storeId }) => storeId === 4)).length).toBeGreaterThanOrEqual(3);
});
