import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHot, leastHotBytes, noteReports, sixtieth } from './hot-spots.ts';
import { Region } from '../raft/region.ts';
import { RegionViews } from './region-views.ts';
import type { RegionView } from './views.ts';

const regionOf = (id: number): Region => new Region({
  id, startKey: '', endKey: '', confVer: 1, version: 1, peers: [], leader: 1, term: 6, index: 10, share: 0.01, hibernated: false, sizeMib: 20, keys: 1_000,
});

const regionWith = (id: number, bytesPerSecond: number): RegionView => ({
  id, region: regionOf(id), version: 1, startKey: '', endKey: '', confVer: 1, peers: [], sizeMib: 20, keys: 1_000, leader: 1, pending: [], down: [], lastHeartbeatMs: 0,
  writtenBytes: bytesPerSecond * 60, writtenKeys: bytesPerSecond / 20, readBytes: 0, readKeys: 0, hotDegrees: { write: 0, read: 0 },
});

const hotAfterThreeReports = (regions: readonly RegionView[]): number[] => {
  for (let i = 0; i < 3; i++) for (const region of regions) noteReports(region, 'write', { sixtiethBytes: sixtieth(regions, 'write'), times: 1 });
  return regions.filter((region) => isHot(region, 'write')).map((region) => region.id);
};

test('in an even cluster every region over the minimum counts as hot', () => {
  expect(hotAfterThreeReports(Array.from({ length: 100 }, (_, id) => regionWith(id, 2_000)))).toHaveLength(100);
  expect(hotAfterThreeReports(Array.from({ length: 100 }, (_, id) => regionWith(id, 500)))).toHaveLength(0);
});

test('where sixty regions are much busier, the others fall off the list', () => {
  const regions = Array.from({ length: 100 }, (_, id) => regionWith(id, id < 60 ? 50_000 : 2_000));
  expect(hotAfterThreeReports(regions)).toEqual(Array.from({ length: 60 }, (_, id) => id));
});

test('one report does not make a hot spot', () => {
  const region = regionWith(1, 9_000);
  noteReports(region, 'write', { sixtiethBytes: 0, times: 1 });
  expect(isHot(region, 'write')).toBe(false);
});

test('ranking the busy ones finds the same hot regions as ranking all', () => {
  fc.assert(fc.property(fc.array(fc.record({ keys: fc.constantFrom(0, 60, 1_000, 1_920, 2_500, 3_000, 9_000), rank: fc.nat(5_000) }), { maxLength: 150 }), fc.constantFrom(1, 20, 1_049), (flows, bytesEach) => {
    const [views, all] = [new RegionViews(), new RegionViews()];
    flows.forEach(({ keys, rank }, id) => {
      for (const each of [views, all]) {
        each.add(regionOf(id), 0);
        each.noteFlow(each.get(id) as RegionView, { writtenKeys: keys + rank, readKeys: rank, bytesWritten: bytesEach, bytesRead: bytesEach });
      }
    });
    for (const kind of ['write', 'read'] as const) {
      for (const view of views.values()) noteReports(view, kind, { sixtiethBytes: leastHotBytes(views, kind), times: 1 });
      for (const view of all.values()) noteReports(view, kind, { sixtiethBytes: sixtieth(all.values(), kind), times: 1 });
    }
    expect([...views.values()].map(({ hotDegrees }) => hotDegrees)).toEqual([...all.values()].map(({ hotDegrees }) => hotDegrees));
  }), { numRuns: 300 });
});
