import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { deviationOf } from '../pd/hot-balance.ts';
import { layRegions } from './layout.ts';
import type { Region } from './region.ts';

const load = { shape: 'mixed', ratePerSecond: 4_000, reads: 0.7, keys: 'zipfian', valueBytes: 1_024 } as const;
const stores = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const served = (regions: readonly Region[], count: number): number[] => stores(count).map((id) => regions.filter(({ leader }) => leader === id).reduce((sum, { share }) => sum + share, 0));

test('hot regions begin further apart than chance would lay them, and nobody leads so many that leaders would move', () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 3, max: 6 }), (seed, count) => {
    const lay = (shape: 'mixed' | 'idle') => layRegions(Random.fromSeed(seed), { storeIds: stores(count), count: 60 * count, load: { ...load, shape } });
    const [settled, byChance] = [lay('mixed'), lay('idle')];
    expect(deviationOf(served(settled, count))).toBeLessThanOrEqual(deviationOf(served(byChance, count)) + 1e-9);
    const leaders = stores(count).map((id) => settled.filter(({ leader }) => leader === id).length);
    expect(Math.max(...leaders) - Math.min(...leaders)).toBeLessThanOrEqual(10);
    for (const { peers, leader } of settled) {
      expect(new Set(peers.map(({ storeId }) => storeId)).size).toBe(3);
      expect(peers.some(({ storeId }) => storeId === leader)).toBe(true);
    }
  }), { numRuns: 60 });
});
