import type { Mould } from '../../metrics/work.ts';
import { later, type Shape, spreads } from '../../metrics/shape.ts';
import type { World } from '../../world.ts';
import { savedShareOf } from '../compression.ts';
import type { Store } from '../store.ts';

/** Writes that wait for the device, whatever thread makes them. */
const diskBound = /^tikv_raftstore_raft_log_(gc_write|kv_sync)_duration|^raft_engine_(rotate|allocate)_log_duration/;
/** What one turn of the log writer takes on grows with the entries that waited for it. */
const batched = /^tikv_raftstore_store_write_(trigger_wb_bytes|handle_msg_duration_secs)$/;
const duration = /_(seconds|secs|duration)$/;

/** How what was measured on quiet stores looks on this one now: disks, CPU quotas and batches stretch it, each what is theirs. */
export const mouldOf = (world: World, store: Store): Mould => (family, law) => {
  if (family === 'tikv_raftstore_region_size' || family === 'tikv_raftstore_region_keys') return () => sizeOf(world, store, family);
  if (diskBound.test(family)) return () => onDisk(store, law);
  if (batched.test(family)) return () => ({ ...law, medianMs: law.medianMs * store.meters.entriesPerTurn });
  if (family === 'raft_engine_write_compression_ratio') return () => ratioOf(store, law);
  return duration.test(family) ? () => later({ ...law, medianMs: law.medianMs * store.queue.cpuStretch }, store.host.cpu.quotaWait()) : () => law;
};

const onDisk = ({ queue: { sync }, host: { disk } }: Store, law: Shape): Shape => later({ ...law, fixedMs: sync.fixedMs, medianMs: (law.medianMs * sync.medianMs) / disk.usualSyncMs }, sync.wait);

/** A split check measures a region as it is. */
function sizeOf(world: World, store: Store, family: string): Shape {
  const { held, heldMib, heldKeys } = world.index.of(store.id);
  const mean = (family === 'tikv_raftstore_region_size' ? heldMib * 2 ** 20 : heldKeys) / Math.max(1, held.size);
  return { fixedMs: 0, medianMs: mean * 1000, spread: spreads.queue };
}

/** What raft-engine calls a ratio is the part that it saved. */
function ratioOf(store: Store, law: Shape): Shape {
  const saved = savedShareOf(store);
  return saved === undefined ? law : { ...law, medianMs: saved * 1000 };
}
