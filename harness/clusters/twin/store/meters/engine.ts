import type { Registry } from '../../metrics/registry.ts';
import type { Counter } from '../../metrics/instruments.ts';
import type { LevelEvents } from '../levels.ts';
import type { Store } from '../store.ts';
import { exportSpreads } from './engine-spreads.ts';

const db = 'kv';
/** Memtables grow by arena blocks of this size. */
const arenaBytes = 2 ** 20;
/** Column families that raw puts do not write; measured, and hardly moving. */
const quiet = [['lock', 4_720_640], ['raft', 17_827_840], ['write', 2_885_632]] as const;
/** How long RocksDB's statistics speak of a compaction. */
const spokenOfMs = 60_000;
/** Where a get that the memtables cannot answer finds its key, and how many can: measured in recordings/tikv-baseline and hot-read. */
const gets = { inMemtable: { zipfian: 0.62, uniform: 0.1 }, inLevel0: 0.11 } as const;
/** RocksDB's log is synced twice a second, and before each flush. */
const syncsPerSecond = 0.475;

/** What RocksDB shows of its tree: memtables, files, flushes and compactions, and where gets find what they look for. */
export class EngineMeters {
  readonly #counters: ReturnType<typeof countersOf>;

  constructor(store: Store, nowMs: () => number) {
    const { registry } = store.metrics;
    this.#counters = countersOf(registry);
    exportTree(store, registry);
    exportCompaction(store, { registry, nowMs });
    exportSpreads(store);
  }

  /** Books a tick's writes of the tree. */
  levels(events: LevelEvents, spanSeconds: number): void {
    const { flush, compaction, flushed, read, written, io, synced, reason } = this.#counters;
    synced.add(spanSeconds * syncsPerSecond + events.flushes);
    if (events.flushes > 0) for (const counter of [flushed, io.flush]) counter.add(events.flushedBytes);
    flush.add(events.flushes);
    if (events.compactions === 0) return;
    for (const counter of [compaction, reason]) counter.add(events.compactions);
    for (const counter of [read, io.compactRead]) counter.add(events.compactedRead);
    for (const counter of [written, io.compactWrite]) counter.add(events.compactedWritten);
  }

  /** Books a tick's gets. */
  reads(count: number, keys: 'zipfian' | 'uniform', hotShare: number): void {
    if (count === 0) return;
    const inMemtable = hotShare + (1 - hotShare) * gets.inMemtable[keys];
    const below = count * (1 - inMemtable);
    this.#counters.hit.add(count * inMemtable);
    this.#counters.miss.add(below);
    this.#counters.level0.add(below * gets.inLevel0);
    this.#counters.deeper.add(below * (1 - gets.inLevel0));
  }
}

function countersOf(registry: Registry) {
  const counter = (name: string, labels: Readonly<Record<string, string>>): Counter => registry.counter(name, labels);
  const io = (op: string, type: string) => counter('tikv_io_bytes', { op, type });
  return {
    flush: counter('tikv_engine_event_total', { cf: 'default', db, type: 'flush' }),
    compaction: counter('tikv_engine_event_total', { cf: 'default', db, type: 'compaction' }),
    reason: counter('tikv_engine_compaction_reason', { cf: 'default', db, reason: 'LevelL0FilesNum' }),
    flushed: counter('tikv_engine_flow_bytes', { db, type: 'flush_write_bytes' }),
    read: counter('tikv_engine_compaction_flow_bytes', { db, type: 'bytes_read' }),
    written: counter('tikv_engine_compaction_flow_bytes', { db, type: 'bytes_written' }),
    io: { flush: io('write', 'flush'), compactRead: io('read', 'level_zero_compaction'), compactWrite: io('write', 'level_zero_compaction') },
    synced: counter('tikv_engine_wal_file_synced', { db }),
    hit: counter('tikv_engine_memtable_efficiency', { db, type: 'memtable_hit' }),
    miss: counter('tikv_engine_memtable_efficiency', { db, type: 'memtable_miss' }),
    level0: counter('tikv_engine_get_served', { db, type: 'get_hit_l0' }),
    deeper: counter('tikv_engine_get_served', { db, type: 'get_hit_l2_and_up' }),
  };
}

function exportTree(store: Store, registry: Registry): void {
  const gauge = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => registry.gauge(name, labels, read);
  const { levels } = store;
  for (const type of ['mem-tables', 'mem-tables-all']) {
    gauge('tikv_engine_memory_bytes', { cf: 'default', db, type }, () => 2_048 + Math.ceil(levels.memtableBytes / arenaBytes) * arenaBytes);
    for (const [cf, bytes] of quiet) registry.set('tikv_engine_memory_bytes', { cf, db, type }, bytes);
  }
  gauge('tikv_engine_num_immutable_mem_table', { cf: 'default', db }, () => levels.immutable);
  gauge('tikv_engine_num_files_at_level', { cf: 'default', db, level: '0' }, () => levels.level0Files);
  gauge('tikv_engine_pending_compaction_bytes', { cf: 'default', db }, () => levels.pendingBytes);
}

function exportCompaction(store: Store, { registry, nowMs }: { readonly registry: Registry; readonly nowMs: () => number }): void {
  const { levels } = store;
  const spoken = (value: number) => (nowMs() - levels.last.endedMs < spokenOfMs ? value : 0);
  for (const type of ['average', 'max', 'median', 'percentile95', 'percentile99']) {
    registry.gauge('tikv_engine_compaction_time', { db, type: `compaction_time_${type}` }, () => spoken(Math.round(levels.last.tookMs * 1000)));
    registry.gauge('tikv_engine_num_files_in_single_compaction', { db, type: `num_files_in_single_compaction_${type}` }, () => spoken(levels.last.files + 9));
  }
  for (const [name, kind] of [['tikv_engine_compaction_time', 'compaction_time'], ['tikv_engine_num_files_in_single_compaction', 'num_files_in_single_compaction']] as const) {
    registry.set(name, { db, type: `${kind}_standard_deviation` }, 0);
  }
}
