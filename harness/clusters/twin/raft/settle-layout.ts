import type { Region } from './region.ts';

/** A store while sizes settle: what it holds, and which followers could leave it, by size and in order of arrival. */
interface Holder {
  readonly id: number;
  mib: number;
  readonly followers: Map<number, Set<Region>>;
}

/**
 * Moves followers between stores until their sizes differ by less than an average region, as balance-region leaves them
 * after hours. Where every store holds every region there is nothing to move.
 */
export function settleSizes(regions: readonly Region[], storeIds: readonly number[]): void {
  const holders = new Map(storeIds.map((id): [number, Holder] => [id, { id, mib: 0, followers: new Map() }]));
  for (const region of regions) for (const { storeId } of region.peers) take(holders.get(storeId), region);
  const all = [...holders.values()];
  const averageMib = all.reduce((sum, { mib }) => sum + mib, 0) / Math.max(1, regions.reduce((sum, { peers }) => sum + peers.length, 0));
  for (let moves = 0; moves < regions.length; moves++) {
    const { fullest, emptiest } = extremes(all);
    const gapMib = fullest && emptiest ? fullest.mib - emptiest.mib : 0;
    const region = fullest && emptiest && gapMib > averageMib ? fitting(fullest, emptiest, gapMib / 2) : undefined;
    if (!region || !fullest || !emptiest) return;
    region.peers = region.peers.map((peer) => (peer.storeId === fullest.id ? { ...peer, storeId: emptiest.id } : peer));
    fullest.followers.get(region.sizeMib)?.delete(region);
    fullest.mib -= region.sizeMib;
    take(emptiest, region);
  }
}

function take(holder: Holder | undefined, region: Region): void {
  if (!holder) return;
  holder.mib += region.sizeMib;
  if (region.leader === holder.id) return;
  const alike = holder.followers.get(region.sizeMib);
  if (alike) alike.add(region);
  else holder.followers.set(region.sizeMib, new Set([region]));
}

/** Of equally full stores the lowest id gives, of equally empty ones the highest takes. */
function extremes(holders: readonly Holder[]): { readonly fullest: Holder | undefined; readonly emptiest: Holder | undefined } {
  let [fullest, emptiest] = [holders[0], holders[0]];
  for (const holder of holders) {
    if (fullest && (holder.mib > fullest.mib || (holder.mib === fullest.mib && holder.id < fullest.id))) fullest = holder;
    if (emptiest && (holder.mib < emptiest.mib || (holder.mib === emptiest.mib && holder.id > emptiest.id))) emptiest = holder;
  }
  return { fullest, emptiest };
}

/** The follower on one store and not on the other whose size comes closest to what should move. */
function fitting({ followers }: Holder, { id }: Holder, mib: number): Region | undefined {
  const sizes = [...followers.keys()].filter((size) => size <= mib).sort((a, b) => b - a);
  for (const size of sizes) for (const region of followers.get(size) ?? []) if (!region.peers.some(({ storeId }) => storeId === id)) return region;
  return undefined;
}
