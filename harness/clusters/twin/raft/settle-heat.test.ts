import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { layRegions } from './layout.ts';

const load = { shape: 'mixed', ratePerSecond: 4_000, reads: 0.7, keys: 'zipfian', valueBytes: 1_024 } as const;
const stores = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

test('a cluster begins with its hot regions apart, and nobody leads so many that leaders would move', () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 3, max: 6 }), (seed, count) => {
    const regions = layRegions(Random.fromSeed(seed), { storeIds: stores(count), count: 60 * count, load });
    const leaders = stores(count).map((id) => regions.filter(({ leader }) => leader === id).length);
    expect(Math.max(...leaders) - Math.min(...leaders)).toBeLessThanOrEqual(10);
    for (const { peers, leader } of regions) {
      expect(new Set(peers.map(({ storeId }) => storeId)).size).toBe(3);
      expect(peers.some(({ storeId }) => storeId === leader)).toBe(true);
    }
    // Nobody serves much more than the hottest region alone makes necessary.
    const served = stores(count).map((id) => regions.filter(({ leader }) => leader === id).reduce((sum, { share }) => sum + share, 0));
    const hottest = Math.max(...regions.map(({ share }) => share));
    expect(Math.max(...served)).toBeLessThan(Math.max(1.3 / count, hottest + 0.1));
  }), { numRuns: 150 });
});
