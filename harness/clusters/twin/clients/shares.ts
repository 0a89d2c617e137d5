import { hotShareOf, type LoadSpec } from '../../contract.ts';
import { keyCount, keyNumber } from '../raft/key-space.ts';
import type { Region } from '../raft/region.ts';

/** A hot spot is so many neighbours, each as hot as the other. */
export const hotKeys = 8;

/** This region's part of all requests of one kind: what its keys draw, and what a hot spot adds where its keys are and takes from all. */
export function shareOf(region: Region, kind: 'reads' | 'writes', { load }: { readonly load: LoadSpec }): number {
  const share = hotShareOf(load, kind);
  return share === 0 ? region.share : region.share * (1 - share) + share * hotPart(region, load.hot?.at ?? 0);
}

/** How many of the hot keys lie in a region, as a share; the first of them is at this place of the key space, 0 to 1. */
export function hotPart(region: Region, at: number): number {
  const first = firstHotKey(at);
  const [from, to] = [Math.max(first, keyNumber(region.startKey, 0)), Math.min(first + hotKeys, keyNumber(region.endKey, keyCount))];
  return Math.max(0, to - from) / hotKeys;
}

/** The first hot key; none lies beyond the last key. */
export const firstHotKey = (at: number): number => Math.min(keyCount - hotKeys, Math.floor(at * keyCount));
