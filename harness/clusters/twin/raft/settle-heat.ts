import type { LoadSpec } from '../../contract.ts';
import { writtenBytesEach } from '../clients/values.ts';
import { bestMove, type HotPeer, type Loads, meanOf, toleranceRatio } from '../pd/hot-balance.ts';
import { peerOn, type Region } from './region.ts';

/** More than a cluster ever needs. */
const movesMax = 200;
/** Half of what PD calls even, so that no scatter of a quiet hour makes it act. */
const evenBelow = 0.05;
/** What counts as hot, per second, and what is worth a move, from PD's defaults. */
const kinds = {
  read: { hot: [128, 8_192], least: [10, 100] },
  write: { hot: [1_024, 32], least: [100, 10] },
} as const;
type Kind = keyof typeof kinds;

/**
 * Leaders of hot reads, and replicas of hot writes where there are more stores than replicas, lie as balance-hot-region leaves them after hours. For each
 * that goes another one comes that is cold and as large, so that what the other schedulers have evened out stays even.
 */
export function settleHeat(regions: readonly Region[], storeIds: readonly number[], load: LoadSpec): void {
  if (load.shape === 'idle') return;
  for (const kind of ['write', 'read'] as const) {
    const hot = regions.filter((region) => isHot(region, kind, load));
    for (let moves = 0; hot.length > 0 && moves < movesMax && (kind === 'read' || storeIds.length > (regions[0]?.peers.length ?? 0)); moves++) if (!settleOne({ regions, hot, storeIds, load }, kind)) break;
  }
}

interface Cluster {
  readonly regions: readonly Region[];
  readonly hot: readonly Region[];
  readonly storeIds: readonly number[];
  readonly load: LoadSpec;
}

function settleOne({ regions, hot, storeIds, load }: Cluster, kind: Kind): boolean {
  const has = (region: Region, storeId: number) => (kind === 'read' ? region.leader === storeId : peerOn(region, storeId) !== undefined);
  const loads = loadsOf(regions, storeIds, { kind, load });
  const means = ([0, 1] as const).map((dim) => meanOf([...loads.values()].map((each) => each[dim])));
  const stores = [...loads].map(([id, own]) => ({
    id, load: own, pending: [0, 0] as const, gives: own.some((value, dim) => value > (means[dim] as number) * toleranceRatio), takes: own.some((value, dim) => value * toleranceRatio < (means[dim] as number)),
  }));
  const move = bestMove<Region>({
    stores, leastRates: kinds[kind].least, evenBelow,
    peersOn: (id) => hot.filter((region) => has(region, id)).map((of): HotPeer<Region> => ({ of, rates: ratesOf(of, kind, load) })),
    allows: ({ of }, to) => (peerOn(of, to) !== undefined) === (kind === 'read'),
  });
  return move !== undefined && swap(regions, { region: move.peer.of, kind, from: move.from.id, to: move.to.id });
}

/** A hot one goes and a cold one comes. */
function swap(regions: readonly Region[], { region, kind, from, to }: { readonly region: Region; readonly kind: Kind; readonly from: number; readonly to: number }): boolean {
  const leads = region.leader === from;
  const fits = (each: Region) => each !== region && (each.leader === to) === leads && peerOn(each, to) !== undefined && (peerOn(each, from) !== undefined) === (kind === 'read');
  const cold = regions.filter((each) => fits(each) && each.share < region.share / 4).sort((a, b) => Math.abs(a.sizeMib - region.sizeMib) - Math.abs(b.sizeMib - region.sizeMib) || a.share - b.share || a.id - b.id)[0];
  if (!cold) return false;
  if (kind === 'write') for (const [each, source, target] of [[region, from, to], [cold, to, from]] as const) {
    each.peers = each.peers.map((peer) => (peer.storeId === source ? { ...peer, storeId: target } : peer));
  }
  if (leads) [region.leader, cold.leader] = [to, from];
  return true;
}

function ratesOf({ share }: Region, kind: Kind, load: LoadSpec): Loads {
  const perSecond = share * load.ratePerSecond * (kind === 'read' ? load.reads : 1 - load.reads);
  return kind === 'read' ? [perSecond, perSecond * load.valueBytes] : [perSecond * writtenBytesEach(load), perSecond];
}

const isHot = (region: Region, kind: Kind, load: LoadSpec): boolean => ratesOf(region, kind, load).some((rate, dim) => rate >= kinds[kind].hot[dim as 0 | 1]);

/** What each store serves: reads of the regions that it leads, writes of those that it holds. */
function loadsOf(regions: readonly Region[], storeIds: readonly number[], { kind, load }: { readonly kind: Kind; readonly load: LoadSpec }): ReadonlyMap<number, Loads> {
  const loads = new Map(storeIds.map((id): [number, [number, number]] => [id, [0, 0]]));
  for (const region of regions) {
    if (region.share === 0) continue;
    const rates = ratesOf(region, kind, load);
    for (const { storeId } of region.peers) {
      const sum = kind === 'write' || storeId === region.leader ? loads.get(storeId) : undefined;
      if (!sum) continue;
      sum[0] += rates[0];
      sum[1] += rates[1];
    }
  }
  return loads;
}
