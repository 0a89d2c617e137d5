import type { LoadSpec } from '../../contract.ts';
import { writtenBytesEach } from '../clients/values.ts';
import { bestMove, type HotPeer, type Loads, meanOf, toleranceRatio } from '../pd/hot-balance.ts';
import { type FlowKind, leastHot } from '../pd/hot-spots.ts';
import { keyBytes } from '../pd/region-reports.ts';
import { leastRates } from '../pd/schedulers/balance-hot-region.ts';
import { peerOn, type Region } from './region.ts';

/** More than a cluster ever needs. */
const movesMax = 200;
/** Half of what PD calls even, so that no scatter of a quiet hour makes it act. */
const evenBelow = 0.05;
type Rates = (region: Region) => Loads;

/**
 * Leaders of hot reads, and replicas of hot writes where there are more stores than replicas, lie as balance-hot-region leaves them after hours. For each
 * that goes another one comes that is cold and as large, so that what the other schedulers have evened out stays even.
 */
export function settleHeat(regions: readonly Region[], storeIds: readonly number[], load: LoadSpec): void {
  if (load.shape === 'idle') return;
  for (const kind of ['write', 'read'] as const) {
    const rates: Rates = ({ share }) => ratesOf(share, kind, load);
    const { bytes, keys } = leastHot(kind);
    const least = kind === 'read' ? [keys, bytes] : [bytes, keys];
    const isHot = (region: Region) => rates(region).some((rate, dim) => rate >= (least[dim] as number));
    const canMove = kind === 'read' || storeIds.length > (regions[0]?.peers.length ?? 0);
    if (canMove && regions.some(isHot)) new Balance(regions, storeIds, { kind, rates, isHot }).settle();
  }
}

/** One store while heat is balanced: what it serves, all that counts for it, and what of that is hot. */
interface Side {
  readonly id: number;
  readonly load: [number, number];
  readonly all: Set<Region>;
  readonly hot: Set<Region>;
}

class Balance {
  readonly #kind: FlowKind;
  readonly #rates: Rates;
  readonly #isHot: (region: Region) => boolean;
  readonly #sides: ReadonlyMap<number, Side>;

  constructor(regions: readonly Region[], storeIds: readonly number[], { kind, rates, isHot }: { readonly kind: FlowKind; readonly rates: Rates; readonly isHot: (region: Region) => boolean }) {
    this.#kind = kind;
    this.#rates = rates;
    this.#isHot = isHot;
    this.#sides = new Map(storeIds.map((id) => [id, { id, load: [0, 0], all: new Set(), hot: new Set() }]));
    for (const region of regions) for (const { storeId } of region.peers) if (kind === 'write' || storeId === region.leader) this.#count(region, storeId, 1);
  }

  settle(): void {
    for (let moves = 0; moves < movesMax && this.#move(); moves++);
  }

  #count(region: Region, storeId: number, by: 1 | -1): void {
    const side = this.#sides.get(storeId);
    if (!side) return;
    const rates = this.#rates(region);
    for (const dim of [0, 1] as const) side.load[dim] += by * rates[dim];
    for (const some of this.#isHot(region) ? [side.all, side.hot] : [side.all]) if (by > 0) some.add(region);
    else some.delete(region);
  }

  #move(): boolean {
    const sides = [...this.#sides.values()];
    const means = ([0, 1] as const).map((dim) => meanOf(sides.map(({ load }) => load[dim])));
    const move = bestMove<Region>({
      stores: sides.map(({ id, load }) => ({
        id, load, pending: [0, 0] as const, gives: load.some((value, dim) => value > (means[dim] as number) * toleranceRatio), takes: load.some((value, dim) => value * toleranceRatio < (means[dim] as number)),
      })),
      leastRates: leastRates[this.#kind], evenBelow,
      peersOn: (id) => [...(this.#sides.get(id)?.hot ?? [])].map((of): HotPeer<Region> => ({ of, rates: this.#rates(of) })),
      allows: ({ of }, to) => (peerOn(of, to) !== undefined) === (this.#kind === 'read'),
    });
    // One for which nothing cold can come stays.
    if (move && !this.#swap(move.peer.of, move.from.id, move.to.id)) this.#sides.get(move.from.id)?.hot.delete(move.peer.of);
    return move !== undefined;
  }

  /** A hot one goes and a cold one comes. */
  #swap(region: Region, from: number, to: number): boolean {
    const leads = region.leader === from;
    const fits = (each: Region) => each !== region && each.share < region.share / 2 && (each.leader === to) === leads && (peerOn(each, from) !== undefined) === (this.#kind === 'read');
    // Whoever only leads takes no room.
    const distance = (each: Region) => (this.#kind === 'read' ? 0 : Math.abs(each.sizeMib - region.sizeMib));
    const cold = [...(this.#sides.get(to)?.all ?? [])].filter(fits).sort((a, b) => distance(a) - distance(b) || a.share - b.share || a.id - b.id)[0];
    if (!cold) return false;
    for (const [each, source, target] of [[region, from, to], [cold, to, from]] as const) {
      this.#count(each, source, -1);
      if (this.#kind === 'write') each.peers = each.peers.map((peer) => (peer.storeId === source ? { ...peer, storeId: target } : peer));
      if (leads) each.leader = target;
      this.#count(each, target, 1);
    }
    return true;
  }
}

/** What PD hears of a region, in the measures that its kind is compared by. */
function ratesOf(share: number, kind: FlowKind, load: LoadSpec): Loads {
  const perSecond = share * load.ratePerSecond * (kind === 'read' ? load.reads : 1 - load.reads);
  return kind === 'read' ? [perSecond, perSecond * (load.valueBytes + keyBytes)] : [perSecond * (writtenBytesEach(load) + keyBytes), perSecond];
}
