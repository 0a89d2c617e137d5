import type { Entry } from '../journal.ts';

/** `storage.block-cache.capacity`, as the lab's stores are configured. */
export const usualCacheBytes = 256 * 2 ** 20;
/** A store that has just started, without cache and memtables; measured 300 MB. */
const baseBytes = 297_000_000;
/** What raft log caches, statistics and the allocator keep of an old store besides its block cache and its memtables; all three together measured 65 to 100 MB. */
const settledBytes = 64_000_000;
const pageBytes = 4_096;
/** Address space beyond what was ever resident (recordings/tikv-baseline: 830 MB), which the allocator takes in extents of this size. */
const extents = { aheadBytes: 832 * 2 ** 20, bytes: 16 * 2 ** 20 } as const;
/** A read of a small value brings a block of this size into the cache; measured 1 MB/s at 180 reads/s. */
export const blockBytes = 5_600;

/** What one TiKV process holds in memory: it begins small, fills its block cache by reading and its memtables by writing, and gives those back when they are flushed. */
export class MemoryUse {
  readonly #memtableBytes: () => number;
  #cacheBytes = 0;
  #settled = 0;
  #capacityBytes = usualCacheBytes;
  #peakBytes = 0;

  constructor(memtableBytes: () => number) {
    this.#memtableBytes = memtableBytes;
  }

  /** What the block cache may hold. */
  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  /** Another `storage.block-cache.capacity`; a smaller cache throws out what no longer fits. It outlives the process, as the file does in which TiKV keeps it. */
  resize(bytes: number): void {
    this.#capacityBytes = bytes;
    this.#cacheBytes = Math.min(this.#cacheBytes, bytes);
  }

  /** Bytes in the block cache. */
  get cacheBytes(): number {
    return Math.floor(this.#cacheBytes);
  }

  /** Bytes that are resident, in whole pages. */
  get residentBytes(): number {
    return Math.floor((baseBytes + this.#cacheBytes + this.#settled + this.#memtableBytes()) / pageBytes) * pageBytes;
  }

  /** Bytes of address space: what was freed stays reserved. */
  get virtualBytes(): number {
    return extents.aheadBytes + Math.ceil(this.#peakBytes / extents.bytes) * extents.bytes;
  }

  /** A new process. */
  begin(): void {
    this.#cacheBytes = 0;
    this.#settled = 0;
    this.#peakBytes = this.residentBytes;
  }

  /** A process that has served for hours. */
  settle(): void {
    this.#cacheBytes = this.#capacityBytes;
    this.#settled = settledBytes;
  }

  /** Serves reads, most of which miss while the cache is empty, and writes, of which caches keep a little. */
  serve(reads: number, writtenBytes: number): void {
    this.#cacheBytes = Math.min(this.#capacityBytes, this.#cacheBytes + reads * blockBytes * (1 - this.#cacheBytes / Math.max(1, this.#capacityBytes)));
    this.#settled = Math.min(settledBytes, this.#settled + writtenBytes * (1 - this.#settled / settledBytes));
    this.#peakBytes = Math.max(this.#peakBytes, this.residentBytes);
  }
}

/**
 * Why a store refuses to start: it takes the control group's limit as `memory-usage-limit`, and a block cache that does not
 * fit into it is a configuration error. Undefined where it fits.
 */
export function refusalOf(limitBytes: number, cacheBytes: number): Entry | undefined {
  if (cacheBytes <= limitBytes) return undefined;
  const mebibytes = (bytes: number): string => (bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20}MiB` : `${Math.floor(bytes / 1024)}KiB`);
  const why = `The sum of \`storage.block-cache.capacity\` and \`rocksdb.write-buffer-limit\` is greater than memory-usage-limit: ${mebibytes(cacheBytes)} + 0KiB > ${mebibytes(limitBytes)}`;
  return { level: 'FATAL', source: 'setup.rs:307', message: `failed to validate config: invalid configuration: ${why}`, fields: [['thread_id', 1]] };
}
