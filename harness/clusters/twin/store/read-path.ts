import type { LoadSpec } from '../../contract.ts';
import { topKeysShare } from '../clients/keys.ts';
import type { Counter } from '../metrics/instruments.ts';
import { blockBytes, usualCacheBytes } from './memory-use.ts';
import type { Store } from './store.ts';

/**
 * One table file of 8 MB (`target-file-size-base`) brings an index block of 27 KB and a filter of 41 KB, measured by what a
 * cold cache took in (recordings/tikv-baseline: 431,616 bytes in 16 indexes, 286,944 in 7 filters).
 */
const metaBytesPerFile = 27_000 + 41_000;
const fileBytes = 8_000_000;
/** A get looks into about two files: the one that has the key, and one above whose filter does not say no. */
const filesPerGet = 2;
/** Reading, checking and unpacking a byte, about 1 GB/s, and a system call for each block. */
const secondsPerByte = 1e-9;
const secondsPerBlock = 10e-6;

/** Who reads: the clients' load, and how many stores share it. */
export interface Readers {
  readonly load: LoadSpec;
  readonly stores: number;
}

/** How the reads of one store meet its block cache. */
interface CacheUse {
  /** Shares of lookups that do not find their block: of the data, and of indexes and filters. */
  readonly dataMiss: number;
  readonly metaMiss: number;
}

/** The size of what a store holds changes what fits by so little that steps of this do. */
const stepBytes = 64 * 2 ** 20;
/** What each store was told last: it asks every tick, and the answer hardly ever changes. */
const latest = new WeakMap<Store, { readonly steps: number; readonly capacityBytes: number; readonly keys: LoadSpec['keys']; readonly stores: number; readonly use: CacheUse }>();

/** What a cache of this size misses: the blocks of the most popular keys stay, and so do indexes and filters while they fit. */
function cacheUse(store: Store, { load: { keys }, stores }: Readers, capacityBytes: number): CacheUse {
  const steps = Math.ceil(store.usedBytes / stepBytes);
  const before = latest.get(store);
  if (before && before.steps === steps && before.capacityBytes === capacityBytes && before.keys === keys && before.stores === stores) return before.use;
  const use = useOf((steps * stepBytes) / fileBytes, capacityBytes, { keys, stores });
  latest.set(store, { steps, capacityBytes, keys, stores, use });
  return use;
}

function useOf(files: number, capacityBytes: number, spread: { readonly keys: LoadSpec['keys']; readonly stores: number }): CacheUse {
  const metaBytes = files * metaBytesPerFile;
  const blocks = Math.max(0, capacityBytes - metaBytes) / blockBytes;
  return { dataMiss: 1 - topKeysShare(blocks, spread), metaMiss: Math.max(0, 1 - capacityBytes / metaBytes) };
}

/** The CPU seconds of one get that come from misses. */
const missSeconds = ({ dataMiss, metaMiss }: CacheUse): number =>
  dataMiss * (blockBytes * secondsPerByte + secondsPerBlock) + metaMiss * filesPerGet * (metaBytesPerFile * secondsPerByte + 2 * secondsPerBlock);

/** Files of level 0 overlap, so a get asks the filter of each; four are in the price of every get. */
const usualFiles = 4;
const secondsPerFilter = 1e-6;

/** CPU seconds that one get costs this store more than one with the usual cache and few files on level 0, whose cost is in the price of every get. */
export function extraReadSeconds(store: Store, readers: Readers): number {
  const capacity = store.memory.capacityBytes;
  const filters = Math.max(0, store.levels.level0Files - usualFiles) * secondsPerFilter;
  if (capacity === usualCacheBytes) return filters;
  return filters + Math.max(0, missSeconds(cacheUse(store, readers, capacity)) - missSeconds(cacheUse(store, readers, usualCacheBytes)));
}

interface Looks {
  readonly hit: Counter;
  readonly miss: Counter;
}

/** What a process counts of its block cache, found once. */
interface CacheMeters {
  readonly data: Looks;
  /** Of indexes and of filters. */
  readonly meta: readonly Looks[];
  readonly all: Looks;
  readonly bytesRead: Counter;
}

const meters = new WeakMap<Store['metrics'], CacheMeters>();

function metersOf(metrics: Store['metrics']): CacheMeters {
  let found = meters.get(metrics);
  if (!found) {
    const { cache, registry } = metrics;
    const looks = (kind: string): Looks => ({ hit: cache.of(`block_cache_${kind}hit`), miss: cache.of(`block_cache_${kind}miss`) });
    const bytesRead = registry.counter('tikv_io_bytes', { op: 'read', type: 'foreground_read' });
    meters.set(metrics, (found = { data: looks('data_'), meta: [looks('index_'), looks('filter_')], all: looks(''), bytesRead }));
  }
  return found;
}

/** Puts a tick's reads on the cache's counters. */
export function countCacheUse(store: Store, readers: Readers, reads: number): void {
  if (reads === 0) return;
  const { dataMiss, metaMiss } = cacheUse(store, readers, store.memory.capacityBytes);
  const { data, meta, all, bytesRead } = metersOf(store.metrics);
  const looks = reads * filesPerGet;
  count(data, reads, reads * dataMiss);
  for (const kind of meta) count(kind, looks, looks * metaMiss);
  count(all, reads + 2 * looks, reads * dataMiss + 2 * looks * metaMiss);
  bytesRead.add(reads * dataMiss * blockBytes + looks * metaMiss * metaBytesPerFile);
}

function count({ hit, miss }: Looks, looks: number, missed: number): void {
  hit.add(looks - missed);
  miss.add(missed);
}
