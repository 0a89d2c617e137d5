import type { StoreLoad } from './pipeline.ts';
import { turnsOf } from './turns-of.ts';

/**
 * What a store's CPU time goes to. Fitted to the threads' CPU time in 137 windows of half a minute in the fifteen recordings with real
 * stores, before and during the fault: half of them within 8 %, nine of ten within 20 %; two recordings of the same calm differ by 15 %.
 *
 * By request and by byte: what no batch saves. The larger part is waking: at a hundred requests a second each of them wakes threads that
 * slept, at thousands they are awake and find the next one waiting. So a store at rest spends two thirds of its time on that, a full one hardly any.
 */
const cost = {
  /** Timers, samplers, a page to be scraped every five seconds: measured on a store that had just joined, without a region. */
  restCores: 0.02,
  /** Raft's threads, connections and a longer page: measured on a store with a hundred regions that was cut off from everybody. */
  regionsCores: 0.022,
  readSeconds: 60e-6, writeSeconds: 250e-6, followSeconds: 90e-6, refuseSeconds: 15e-6,
  wakeSeconds: 280e-6,
} as const;

/**
 * CPU seconds for each byte that the engine is given, by who spends them: what compacts, what applies it, what writes it from a memtable. One recording tells it: 0.7 cores for
 * 76 MB a second on four stores, 30 s to 50 s into recordings/tikv-write-overload; in the others there are too few bytes.
 */
export const byteSeconds = { compaction: 4.5e-9, apply: 2.6e-9, flush: 2e-9 } as const;
const writtenByteSeconds = byteSeconds.compaction + byteSeconds.apply + byteSeconds.flush;

const idleCoresOf = ({ holdsRegions }: StoreLoad): number => cost.restCores + (holdsRegions ? cost.regionsCores : 0);

/** Threads that handle a request one after the other: gRPC's and a reader's; for a write gRPC's and the scheduler's, for its entry raft's and its followers' answers'; a follower's. */
const hands = { read: 2, command: 2, entry: 3, follow: 1 } as const;

/** Seconds that a thread goes on before it sleeps again: what comes meanwhile wakes nobody. */
const awakeSeconds = 0.002;

/** CPU seconds that a store's own clients cost it: most of it by request, some by byte that is copied, compressed and compacted. Who shares an entry saves what one costs. */
export const ownCpuSecondsOf = ({ reads, readSeconds, writes, entries, valueBytes }: StoreLoad): number =>
  reads * (cost.readSeconds + readSeconds) + writes * (cost.writeSeconds + valueBytes * writtenByteSeconds) - (writes - entries) * cost.followSeconds;

/** CPU seconds that this load costs in all, and that nothing saves. */
export const cpuSecondsOf = (load: StoreLoad, spanSeconds: number): number =>
  idleCoresOf(load) * spanSeconds + ownCpuSecondsOf(load) + load.followedEntries * cost.followSeconds + load.followed * load.valueBytes * writtenByteSeconds + load.refused * cost.refuseSeconds;

/** CPU seconds that go into waking threads, at so many turns of the log writer a second: what is short of CPU saves them, since what waits is handled together. */
export function wakingSecondsOf(load: StoreLoad, { spanSeconds, turnsPerSecond }: { readonly spanSeconds: number; readonly turnsPerSecond: number }): number {
  const handled = load.reads * hands.read + load.writes * hands.command + load.entries * hands.entry + load.followedEntries * hands.follow;
  return (turnsOf(handled / spanSeconds, awakeSeconds) + turnsPerSecond) * spanSeconds * cost.wakeSeconds;
}

/** The part of a load's CPU time that its reads take. */
export const readShareOf = (load: StoreLoad): number => (load.reads * (cost.readSeconds + load.readSeconds)) / Math.max(1e-9, cpuSecondsOf(load, 0));
