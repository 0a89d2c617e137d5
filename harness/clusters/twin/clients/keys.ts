import type { Random } from '../../../../src/kernel/random.ts';
import type { LoadSpec } from '../../contract.ts';
import { keyCount } from '../raft/key-space.ts';

/** How many of the most popular keys are placed one by one; the rest is spread evenly. */
const rankedKeys = 2_000;
/** A block holds a popular key and those that happen to be its neighbours. */
const keysPerBlock = 5;

/**
 * Each region's share of all requests. Keys are hashed over the regions, so a Zipf law (exponent 1, where the k-th key
 * gets a share of 1/k) makes a few regions hot, at random places, and the rest alike; the most popular key of a million
 * gets about 7 % of everything.
 */
export function regionShares(random: Random, regionCount: number, keys: LoadSpec['keys']): number[] {
  if (keys === 'uniform') return Array.from({ length: regionCount }, () => 1 / regionCount);
  const total = harmonic(keyCount);
  const tail = (total - harmonic(rankedKeys)) / total;
  const shares = Array.from({ length: regionCount }, () => tail / regionCount);
  for (let rank = 1; rank <= rankedKeys; rank++) {
    const region = random.below(regionCount);
    shares[region] = (shares[region] ?? 0) + 1 / rank / total;
  }
  return shares;
}

const exactTo = 4_000;
const exactSum = addedUp(exactTo);

/** The sum of 1/k up to n: exact while small, then Euler's approximation by halves. */
function harmonic(n: number): number {
  return n <= exactTo ? addedUp(n) : exactSum + Math.round(1e9 * Math.log((n + 0.5) / (exactTo + 0.5))) / 1e9;
}

function addedUp(n: number): number {
  let sum = 0;
  for (let k = n; k >= 1; k--) sum += 1 / k;
  return sum;
}

/** The share of all requests that falls on the keys of so many blocks, where each of the stores keeps the blocks of the most popular keys that it leads. */
export function topKeysShare(blocksPerStore: number, { keys, stores }: { readonly keys: LoadSpec['keys']; readonly stores: number }): number {
  if (keys === 'uniform') return Math.min(1, (blocksPerStore * keysPerBlock * stores) / keyCount);
  const popular = Math.min(keyCount, Math.floor(blocksPerStore * stores));
  const beside = Math.min(1, (popular * (keysPerBlock - 1)) / keyCount);
  const share = harmonic(popular) / harmonic(keyCount);
  return share + (1 - share) * beside;
}

/** Popular keys one by one, then in bands; behind the last band no two writes meet. */
const ranks: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256, 512, 1_024, 2_048];

/** Keys that are asked for about equally often: what they draw together and each; where all are alike, nobody meets. */
export function popularKeys(keys: LoadSpec['keys']): readonly { readonly share: number; readonly each: number }[] {
  return keys === 'uniform' ? [] : zipfianClasses;
}

const zipfianClasses = ranks.map((rank, at) => {
  const share = (harmonic(rank) - harmonic(ranks[at - 1] ?? 0)) / harmonic(keyCount);
  return { share, each: share / (rank - (ranks[at - 1] ?? 0)) };
});
