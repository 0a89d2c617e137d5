import type { Levels } from './levels.ts';
import type { StoreSettings } from './store-settings.ts';

/** `level0-slowdown-writes-trigger` and `level0-stop-writes-trigger` of the lab's stores are one number. */
const level0StopFiles = 20;
/** `max-write-buffer-number`: full memtables that stop writes; one less slows them. */
const memtablesMax = 5;
/** `delayed-write-rate`: what is let through where writes are slowed and not stopped. */
const delayedBytesPerSecond = 16 * 2 ** 20;

/** Why RocksDB holds writes back, in its own words. */
export type StallReason = 'level0_file_limit_stop' | 'memtable_count_limit_stop' | 'memtable_count_limit_slowdown' | 'pending_compaction_bytes_stop' | 'pending_compaction_bytes_slowdown';

/** What RocksDB does to whoever writes to it. */
export interface Stall {
  readonly reason: StallReason | undefined;
  readonly bytesPerSecond: number;
}

const free: Stall = { reason: undefined, bytesPerSecond: Infinity };

/** RocksDB's own brake, which holds back every write of a store, also those that it follows. TiKV switches it off while its flow control is on. */
export function stallOf(levels: Levels, { flowControl, softPendingBytes, hardPendingBytes }: StoreSettings): Stall {
  if (flowControl) return free;
  if (levels.immutable >= memtablesMax) return { reason: 'memtable_count_limit_stop', bytesPerSecond: 0 };
  if (levels.level0Files >= level0StopFiles) return { reason: 'level0_file_limit_stop', bytesPerSecond: 0 };
  if (levels.pendingBytes >= hardPendingBytes) return { reason: 'pending_compaction_bytes_stop', bytesPerSecond: 0 };
  if (levels.immutable >= memtablesMax - 1) return { reason: 'memtable_count_limit_slowdown', bytesPerSecond: delayedBytesPerSecond };
  return levels.pendingBytes >= softPendingBytes ? { reason: 'pending_compaction_bytes_slowdown', bytesPerSecond: delayedBytesPerSecond } : free;
}
