import { atLeast, averageMs, later, type Shape } from '../metrics/shape.ts';
import type { Store } from './store.ts';
import { turnsOf } from './turns-of.ts';

/** `apply-pool-size`. */
export const applyThreads = 2;

/** What the apply pool does: how long its turns take, and how many a second its threads make together. */
export interface ApplyTurns {
  readonly shape: Shape;
  readonly perSecond: number;
}

/** A thread of the apply pool takes all that was committed and is its share, writes it in one batch to RocksDB, and waits there where RocksDB holds writes back. */
export function applyTurns(store: Store, entriesPerSecond: number): ApplyTurns {
  const shape = atLeast(later(store.queue.applyTurn, store.host.cpu.quotaWait()), store.brakes.applyMs);
  return { shape, perSecond: applyThreads * turnsOf(entriesPerSecond / applyThreads, averageMs(shape) / 1_000) };
}
