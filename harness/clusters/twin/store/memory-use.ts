import type { Entry } from '../journal.ts';

/** `storage.block-cache.capacity`, as the lab's stores are configured. */
export const usualCacheBytes = 256 * 2 ** 20;
/** A store that has just started, without cache and memtables; measured 300 MB. */
const baseBytes = 297_000_000;
/** What memtables, raft log caches and the allocator keep of an old store besides its block cache; measured 65 to 100 MB. */
const settledBytes = 80_000_000;
/** A read of a small value brings a block of this size into the cache; measured 1 MB/s at 180 reads/s. */
export const blockBytes = 5_600;

/** What one TiKV process holds in memory: it begins small and fills its block cache by reading. */
export class MemoryUse {
  #cacheBytes = 0;
  #settled = 0;
  #capacityBytes = usualCacheBytes;

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

  /** Bytes that are resident. */
  get residentBytes(): number {
    return Math.floor(baseBytes + this.#cacheBytes + this.#settled);
  }

  /** A new process. */
  begin(): void {
    this.#cacheBytes = 0;
    this.#settled = 0;
  }

  /** A process that has served for hours. */
  settle(): void {
    this.#cacheBytes = this.#capacityBytes;
    this.#settled = settledBytes;
  }

  /** Serves reads, most of which miss while the cache is empty, and writes, which stay in memtables until those are full. */
  serve(reads: number, writtenBytes: number): void {
    this.#cacheBytes = Math.min(this.#capacityBytes, this.#cacheBytes + reads * blockBytes * (1 - this.#cacheBytes / Math.max(1, this.#capacityBytes)));
    // A memtable that is full is written out, however much comes at once.
    this.#settled = Math.min(settledBytes, this.#settled + writtenBytes * (1 - this.#settled / settledBytes));
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
