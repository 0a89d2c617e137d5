import type { Mould } from '../../metrics/work.ts';
import { later, type Shape } from '../../metrics/histogram.ts';
import type { Store } from '../store.ts';

/** Writes that wait for the device, whatever thread makes them. */
const diskBound = /^tikv_raftstore_raft_log_(gc_write|kv_sync)_duration|^raft_engine_(rotate|allocate)_log_duration/;
/** What one turn of the log writer takes on grows with the entries that waited for it. */
const batched = /^tikv_raftstore_store_write_(trigger_wb_bytes|handle_msg_duration_secs)$/;
const duration = /_(seconds|secs|duration)$/;
/** The laws were measured where a synchronous write takes about so long. */
const measuredSyncMs = 1.05;
/** From `raft-engine.batch-compression-threshold` on a write is compressed, to seven eighths of its size; smaller ones are not. */
const compressed = { fromBytes: 4_096, ratio: 0.87 } as const;

/** How what was measured on quiet stores looks on this one now: disks, CPU quotas and batches stretch it, each what is theirs. */
export const mouldOf = (store: Store): Mould => (family, law) => {
  const { sync, cpuStretch } = store.queue;
  if (diskBound.test(family)) return { ...law, fixedMs: sync.fixedMs, medianMs: (law.medianMs * sync.medianMs) / measuredSyncMs };
  if (batched.test(family)) return { ...law, medianMs: law.medianMs * store.entriesPerTurn };
  if (family === 'raft_engine_write_compression_ratio') return ratioOf(store, law);
  return duration.test(family) ? later({ ...law, medianMs: law.medianMs * cpuStretch }, store.host.cpu.quotaWait()) : law;
};

const ratioOf = (store: Store, law: Shape): Shape => (store.entriesPerTurn * store.served.valueBytes < compressed.fromBytes ? law : { ...law, medianMs: compressed.ratio * 1000 });
