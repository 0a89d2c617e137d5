import type { Random } from '../../../../src/kernel/random.ts';
import { regionShares } from '../clients/keys.ts';
import type { LoadSpec } from '../../contract.ts';
import { defaultReplicas } from '../pd/config.ts';
import { leaderAwake } from './dozing.ts';
import { hexKey, keyCount } from './key-space.ts';
import { Region } from './region.ts';
import { settleHeat } from './settle-heat.ts';
import { settleSizes } from './settle-layout.ts';

/** Every twelfth region holds nothing that clients ask for; it sleeps. */
const idleEvery = 12;
const firstRegionId = 8;

/** What the key space looks like. */
export interface LayoutSpec {
  readonly storeIds: readonly number[];
  readonly count: number;
  readonly load: LoadSpec;
  /** How many keys there are, where that is known. */
  readonly keys: number | undefined;
}

/** Cuts the key space into regions and spreads replicas and leaders evenly, as balance-region and balance-leader leave them. */
export function layRegions(random: Random, spec: LayoutSpec): Region[] {
  const ratePerSecond = spec.load.shape === 'idle' ? 0 : spec.load.ratePerSecond;
  const sorted = [...spec.storeIds].sort((a, b) => a - b);
  const busy = Array.from({ length: spec.count }, (_, at) => at).filter((at) => at % idleEvery !== 0);
  const shares = regionShares(random.fork('shares'), Math.max(1, busy.length), spec.load.keys);
  const shareOf = new Map(busy.map((at, n) => [at, shares[n] ?? 0]));
  const first = random.below(sorted.length);
  const held = (share: number): Pick<Region, 'sizeMib' | 'keys'> => (share === 0 ? { sizeMib: 1, keys: 0 } : heldBy(random, spec, busy.length));
  const led = new Map<number, number>();
  const regions = Array.from({ length: spec.count }, (_, at): Region => {
    const id = firstRegionId + at * 4;
    const copies = Math.min(defaultReplicas, sorted.length);
    const holders = Array.from({ length: copies }, (_, n) => sorted[(at + first + n) % sorted.length] as number).sort((a, b) => a - b);
    const leader = fewestLed(holders, led, at + Math.floor(at / holders.length));
    const share = shareOf.get(at) ?? 0;
    return new Region({
      id, startKey: at === 0 ? '' : keyAt(at, spec.count), endKey: at === spec.count - 1 ? '' : keyAt(at + 1, spec.count),
      confVer: 5, version: 5 + Math.floor(at / 20) * 20,
      peers: holders.map((storeId, n) => ({ id: id + 1 + n, storeId })),
      leader, term: 6 + random.below(4), index: 1_000 + random.below(9_000),
      share, hibernated: leaderAwake(share * ratePerSecond) < 0.5, ...held(share),
    });
  });
  settleSizes(regions, sorted);
  settleHeat(regions, sorted, spec.load);
  return regions;
}

/** What a region of the clients' keys holds. */
function heldBy(random: Random, { keys, load }: LayoutSpec, regions: number): Pick<Region, 'sizeMib' | 'keys'> {
  if (keys === undefined) return { sizeMib: 20 + random.below(60), keys: 20_000 + random.below(40_000) };
  const each = Math.round(keys / regions);
  return { sizeMib: Math.max(1, Math.round((each * load.valueBytes) / 2 ** 20)), keys: each };
}

/** The clients' keys, evenly cut. */
const keyAt = (part: number, parts: number): string => hexKey(Math.floor((part * keyCount) / parts));

/** Of these stores the one that leads fewest so far, which from now on leads one more; of equals the next in turn. */
function fewestLed(holders: readonly number[], led: Map<number, number>, turn: number): number {
  const ledBy = (store: number): number => led.get(store) ?? 0;
  const inTurn = holders.map((_, n) => holders[(turn + n) % holders.length] as number);
  const leader = inTurn.reduce((best, store) => (ledBy(store) < ledBy(best) ? store : best));
  led.set(leader, ledBy(leader) + 1);
  return leader;
}
