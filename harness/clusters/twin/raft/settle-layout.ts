import type { Region } from './region.ts';

/**
 * Moves followers between stores until their sizes differ by less than an average region, as balance-region leaves them
 * after hours. Where every store holds every region there is nothing to move.
 */
export function settleSizes(regions: readonly Region[], storeIds: readonly number[]): void {
  const held = new Map(storeIds.map((id) => [id, new Set<Region>()]));
  for (const region of regions) for (const { storeId } of region.peers) held.get(storeId)?.add(region);
  const size = new Map([...held].map(([id, some]) => [id, [...some].reduce((sum, { sizeMib }) => sum + sizeMib, 0)]));
  const total = [...size.values()].reduce((sum, each) => sum + each, 0);
  const average = total / Math.max(1, regions.reduce((sum, { peers }) => sum + peers.length, 0));
  for (let moves = 0; moves < regions.length; moves++) {
    const sorted = [...size].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const [[from, most] = [0, 0], [to, least] = [0, 0]] = [sorted[0], sorted.at(-1)];
    const region = most - least > average ? fitting(held.get(from), held.get(to), { from, mib: (most - least) / 2 }) : undefined;
    if (!region) return;
    region.peers = region.peers.map((peer) => (peer.storeId === from ? { ...peer, storeId: to } : peer));
    held.get(from)?.delete(region);
    held.get(to)?.add(region);
    size.set(from, most - region.sizeMib);
    size.set(to, least + region.sizeMib);
  }
}

/** The follower on one store and not on the other whose size comes closest to what should move. */
function fitting(source: ReadonlySet<Region> = new Set(), target: ReadonlySet<Region> = new Set(), { from, mib }: { readonly from: number; readonly mib: number }): Region | undefined {
  let best: Region | undefined;
  for (const region of source) {
    if (region.leader === from || target.has(region) || region.sizeMib > mib) continue;
    if (!best || region.sizeMib > best.sizeMib) best = region;
  }
  return best;
}
