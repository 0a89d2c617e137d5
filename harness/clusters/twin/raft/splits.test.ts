import { describe, expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';

interface ShownRegion {
  readonly id: number;
  readonly start_key: string;
  readonly end_key: string;
  readonly epoch: { readonly version: number };
  readonly approximate_size: number;
  readonly peers: readonly { readonly store_id: number }[];
  readonly leader: { readonly store_id?: number };
}

const regions = async (lab: TestCluster): Promise<readonly ShownRegion[]> => (await lab.pd<{ regions: ShownRegion[] }>('/regions')).body.regions;

/** Whether the ranges follow each other from one end of the key space to the other. */
function covers(all: readonly ShownRegion[]): boolean {
  const sorted = [...all].sort((a, b) => (a.start_key < b.start_key ? -1 : 1));
  return sorted[0]?.start_key === '' && sorted.at(-1)?.end_key === '' && sorted.every((region, at) => at === 0 || region.start_key === sorted[at - 1]?.end_key);
}

describe('a region that outgrows its size', () => {
  test('is cut in two: the left part gets a new id, the right one keeps it, and both know a newer version', async () => {
    const lab = await TestCluster.start(2, { ...smallSpec, regions: 12 });
    const before = await regions(lab);
    await lab.controls.load.set({ ...lab.controls.load.current(), large: { share: 0.05, valueBytes: 1_048_576 } });
    await lab.pass(240);
    const after = await regions(lab);
    expect(after.length).toBeGreaterThan(before.length);
    expect(covers(after)).toBe(true);
    expect(Math.max(...after.map((region) => region.approximate_size))).toBeLessThanOrEqual(400);
    const born = after.filter(({ id }) => !before.some((region) => region.id === id));
    for (const { id, epoch, peers, leader } of born) {
      expect(epoch.version).toBeGreaterThan(5);
      expect(peers).toHaveLength(3);
      expect(leader.store_id, `leader of ${id}`).toBeDefined();
    }
    expect((await lab.log({ contains: 'region batch split, generate new regions' })).length).toBe(after.length - before.length);
  });

  test('does not grow while values are of the size that they always had', async () => {
    const lab = await TestCluster.start(2);
    const sizes = (await regions(lab)).map((region) => region.approximate_size);
    await lab.pass(300);
    expect((await regions(lab)).map((region) => region.approximate_size)).toEqual(sizes);
  });
});

describe('a region that serves too many reads', () => {
  const load = { shape: 'mixed', ratePerSecond: 6_000, reads: 0.9, keys: 'uniform', valueBytes: 1_024 } as const;

  test('is cut between its hot keys until each part serves fewer', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load });
    const before = await regions(lab);
    await lab.controls.load.set({ ...load, hot: { of: 'reads', share: 0.9, at: 0.51 } });
    await lab.pass(60);
    const after = await regions(lab);
    expect(after.length - before.length).toBe(1);
    expect(covers(after)).toBe(true);
    expect((await lab.log({ contains: 'load base split region' })).length).toBe(1);
  });

  test('that is one key and cannot be cut does not keep its neighbour whole', async () => {
    const heavy = { ...load, ratePerSecond: 40_000 };
    const lab = await TestCluster.start(1, { ...smallSpec, load: heavy });
    const before = (await regions(lab)).length;
    // The first hot key is the last one of region 44 of 90, the other seven are the first ones of the next.
    await lab.controls.load.set({ ...heavy, hot: { of: 'reads', share: 0.9, at: 0.4999995 } });
    await lab.pass(30);
    expect((await lab.log({ contains: 'no balance key' })).length).toBeGreaterThan(0);
    expect((await regions(lab)).length).toBeGreaterThan(before);
  });

  test('stays whole under three thousand reads a second', async () => {
    const lab = await TestCluster.start(1, { ...smallSpec, load: { ...load, ratePerSecond: 2_000 } });
    const before = (await regions(lab)).length;
    await lab.controls.load.set({ ...load, ratePerSecond: 2_000, hot: { of: 'reads', share: 0.9, at: 0.51 } });
    await lab.pass(120);
    expect((await regions(lab)).length).toBe(before);
  });
});
