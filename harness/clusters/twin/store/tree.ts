import type { Millis } from '../../../../src/kernel/clock.ts';
import { transactionBytes } from '../clients/values.ts';
import type { LevelEvents } from './levels.ts';
import { foregroundWrites, type StoreLoad } from './pipeline.ts';
import type { Store } from './store.ts';

/** However busy a disk is with others and in front, so much of it is left to flushes and compactions. */
const backgroundShareMin = 0.02;

/** Lets a store's tree take what was written in a tick, and its brakes look at the tree. */
export function growTree(store: Store, load: StoreLoad, { nowMs, spanSeconds }: { readonly nowMs: Millis; readonly spanSeconds: number }): LevelEvents {
  const { brakes, levels, settings, host } = store;
  const bytes = (load.writes + load.followed) * load.valueBytes;
  const pace = { spanMs: spanSeconds * 1_000, stretch: host.cpu.slowdown, bytesPerSecond: backgroundBytesPerSecond(store, bytes / spanSeconds) };
  const events = levels.tick(nowMs, brakes.appliedBytes, pace);
  host.disk.writtenBytes += events.flushedBytes + events.compactedWritten;
  const flow = (load.api === 'txn' ? load.writes * load.valueBytes : load.ofTransactions * transactionBytes) / spanSeconds;
  store.meters.brakes.tick(brakes.look(levels, events, { settings, flow }), { spanSeconds, flow });
  return events;
}

/** What flushes and compactions may write: what the setting allows, of what the disk has left besides the logs. */
function backgroundBytesPerSecond({ settings, host: { disk, neighbour } }: Store, writtenPerSecond: number): number {
  const own = disk.bytesPerSecond * (1 - neighbour.takes.diskShare);
  return Math.min(settings.rateBytesPerSecond, Math.max(disk.bytesPerSecond * backgroundShareMin, own - writtenPerSecond * foregroundWrites));
}
