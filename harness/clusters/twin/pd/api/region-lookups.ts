import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { list, regionBody } from './regions.ts';
import { compact, pretty } from './reply.ts';

const defaultLimit = 16;
const largestLimit = 10_240;
/** The narrowest histograms: a mebibyte, a thousand keys. */
const least = { size: 1, keys: 1_000 } as const;

/** A key as regions keep them: upper-case hex. The API takes it as it is, or in hex where `format=hex` says so. */
const hexOf = (key: string, format: string | undefined): string => (format === 'hex' ? key.toUpperCase() : [...key].map((character) => (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('').toUpperCase());

/** By key, as PD keeps them. */
const inOrder = (world: World): readonly Region[] => world.index.byKey.items;

/** GET /region/key/{key}. */
export function regionByKey(world: World, key: string, format: string | undefined): HttpResponse {
  const hex = hexOf(decodeURIComponent(key), format);
  const region = world.index.byKey.holding(hex);
  return region ? compact(regionBody(world, region)) : pretty(`region not found for key ${key}`, 404);
}

/** GET /regions/key?key=&end_key=&limit=: a range, 16 regions of it unless more are asked for. */
export function regionsInRange(world: World, query: Readonly<Record<string, string | undefined>>): HttpResponse {
  const [from, to] = [query['key'] ?? '', query['end_key'] ?? ''].map((key) => hexOf(key, query['format'])) as [string, string];
  const asked = Number(query['limit'] ?? defaultLimit);
  const limit = asked < 0 ? Infinity : Math.min(largestLimit, asked);
  const found = inOrder(world).filter(({ startKey, endKey }) => (endKey === '' || endKey > from) && (to === '' || startKey < to));
  return list(world, found.slice(0, limit));
}

/** GET /regions/sibling/{id}: its neighbours. */
export function siblings(world: World, id: string): HttpResponse {
  const ordered = inOrder(world);
  const at = ordered.findIndex((region) => region.id === Number(id));
  if (at < 0) return pretty(`[PD:core:ErrRegionNotFound]region ${id} not found`, 404);
  return list(world, [ordered[at - 1], ordered[at + 1]].flatMap((region) => region ?? []));
}

/** GET /regions/check/hist-{size, keys}?bound=: how many regions are how large. */
export function regionHistogram(world: World, what: 'size' | 'keys', asked: number): HttpResponse {
  const bound = Math.max(least[what], Math.floor(asked) || 10 * least[what]);
  const counts = new Map<number, number>();
  for (const region of world.regions) {
    const start = Math.floor((what === 'size' ? region.sizeMib : region.keys) / bound) * bound;
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return pretty([...counts].sort(([a], [b]) => a - b).map(([start, count]) => ({ start, end: start + bound - 1, count })));
}

/** GET /regions/range-holes: none, while regions cover the key space. */
export const rangeHoles = (): HttpResponse => pretty([]);

/** GET /regions/replicated: whether every region has all its replicas. */
export const replicated = (world: World): HttpResponse => pretty(world.regions.every(({ peers }) => peers.length >= Math.min(world.pd.config.replicas, world.stores.length)) ? 'REPLICATED' : 'INPROGRESS');
