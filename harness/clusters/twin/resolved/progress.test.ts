import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { RegionIndex } from '../raft/region-index.ts';
import { isQuorum, Region } from '../raft/region.ts';
import { ResolvedProgress } from './progress.ts';

const stores = [1, 2, 3, 4];

const regionOf = (id: number, random: Random): Region => new Region({
  id, startKey: '', endKey: '', confVer: 1, version: 1, peers: stores.filter((storeId) => storeId !== 1 + (id % 4)).map((storeId) => ({ id: id * 10 + storeId, storeId })),
  leader: random.pick(stores.filter((storeId) => storeId !== 1 + (id % 4))), term: 6, index: 10, share: 0, hibernated: false, sizeMib: 10, keys: 10,
});

/** Every replica for itself. */
class Naive {
  readonly ts = new Map<string, number>();

  at = (region: Region, storeId: number): number => this.ts.get(`${region.id}/${storeId}`) ?? 0;

  advance(regions: readonly Region[], { leaderId, tsMs, told, confirmed }: { leaderId: number; tsMs: number | undefined; told: ReadonlySet<number>; confirmed: ReadonlySet<number> }): void {
    for (const region of regions.filter((each) => each.leader === leaderId)) {
      const own = this.at(region, leaderId);
      for (const { storeId } of region.peers) if (told.has(storeId)) this.ts.set(`${region.id}/${storeId}`, Math.max(own, this.at(region, storeId)));
      if (tsMs !== undefined && isQuorum(region, (storeId) => storeId === leaderId || confirmed.has(storeId))) this.ts.set(`${region.id}/${leaderId}`, tsMs);
    }
  }
}

test('two numbers for each pair of stores say what a number for each replica would say, whoever leads, dies or is cut off', () => {
  const random = Random.fromSeed(7);
  const index = new RegionIndex();
  const progress = new ResolvedProgress(index);
  index.onLead = (region, before) => progress.setApart(region, before);
  const regions = Array.from({ length: 24 }, (_, at) => regionOf(at + 1, random));
  for (const region of regions) index.add(region);
  const naive = new Naive();
  for (let nowMs = 1_000; nowMs < 400_000; nowMs += 1_000) {
    const leaderId = random.pick(stores);
    const confirmed = new Set(stores.filter((storeId) => storeId !== leaderId && random.chance(0.85)));
    const told = new Set([...confirmed].filter(() => random.chance(0.95)));
    const advance = { leaderId, nowMs, tsMs: random.chance(0.9) ? nowMs : undefined, told, confirmed, everybody: confirmed.size === 3 };
    naive.advance(regions, advance);
    progress.advance(advance);
    if (random.chance(0.3)) {
      const region = random.pick(regions);
      region.leader = random.chance(0.2) ? null : random.pick(region.peers).storeId;
    }
    if (random.chance(0.03)) {
      const storeId = random.pick(stores);
      for (const region of index.of(storeId).led.items.slice()) region.leader = null;
      progress.restarted(storeId);
      for (const region of regions) naive.ts.delete(`${region.id}/${storeId}`);
    }
    for (const region of regions) for (const { storeId } of region.peers) expect(progress.of(region, storeId).tsMs).toBe(naive.at(region, storeId));
    for (const storeId of stores) {
      const led = regions.filter((region) => region.leader === storeId).map((region) => naive.at(region, storeId)).filter((ts) => ts > 0);
      const followed = regions.filter((region) => region.leader !== storeId && region.peers.some((peer) => peer.storeId === storeId)).map((region) => naive.at(region, storeId)).filter((ts) => ts > 0);
      expect(progress.furthestBehind(storeId, true)?.progress.tsMs ?? Infinity).toBe(Math.min(...led));
      expect(progress.furthestBehind(storeId, false)?.progress.tsMs ?? Infinity).toBe(Math.min(...followed));
    }
  }
});
