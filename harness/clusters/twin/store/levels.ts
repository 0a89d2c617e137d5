import type { Millis } from '../../../../src/kernel/clock.ts';

const mib = 2 ** 20;
/** `rocksdb.defaultcf.write-buffer-size` of the lab's stores, and how many level-0 files begin a compaction. */
const writeBufferBytes = 32 * mib;
const compactAtFiles = 4;
/** Assumed, in no recording alone: what is left of a full memtable once keys that were written twice are one and blocks are compressed. */
const flushedShare = 0.8;
/** Measured in recordings/tikv-write-overload: flushes write 60 MB a second, one compaction at a time reads 40 MB a second. */
const flushBytesPerSecond = 60e6;
const compactBytesPerSecond = 40e6;
/** Assumed: a compaction reads from the level below what overlaps, and writes back nine tenths of all that it read. */
const overlap = 0.66;
const kept = 0.9;
/** Assumed, and not looked up again: what RocksDB says is due once level 0 is full, of the bytes that lie there. */
const dueShare = 1.17;

/** Flushes go first where bytes are dealt out; one turn in ten is for those who wait behind them (RocksDB's rate limiter, fairness 10). */
const flushTurns = 0.9;

/** How fast work in the background goes on. */
export interface Pace {
  readonly spanMs: Millis;
  /** By how much long work is slowed by what a quota or a neighbour leaves of the CPU. */
  readonly stretch: number;
  /** What flushes and compactions may write in a second, all together. */
  readonly bytesPerSecond: number;
}

/** What ended in a tick. */
export interface LevelEvents {
  flushedBytes: number;
  flushes: number;
  compactedRead: number;
  compactedWritten: number;
  compactions: number;
}

/** A log-structured tree in short: a memtable that fills, full ones that wait for their flush, files of level 0, and one compaction at a time. */
export class Levels {
  #active = 0;
  readonly #full: number[] = [];
  readonly #level0: number[] = [];
  /** The part of the oldest full memtable that is still to be written. */
  #flushLeft = 1;
  #compaction: { readonly files: number; readonly bytes: number; left: number; tookMs: Millis } | undefined;
  /** The newest compaction: how long it took, when it ended, how many files went in. */
  last = { tookMs: 0, endedMs: -Infinity, files: 0 };

  /** Bytes in memtables, full ones among them, and how many of those there are. */
  get memtableBytes(): number {
    return this.#active + this.#full.reduce((sum, each) => sum + each, 0);
  }

  /** Has served for hours: its memtable is filled to this part, 0 to 1. */
  settle(filled: number): void {
    this.#active = Math.floor(filled * writeBufferBytes);
  }

  get immutable(): number {
    return this.#full.length;
  }

  get level0Files(): number {
    return this.#level0.length;
  }

  get pendingBytes(): number {
    return this.#level0.length < compactAtFiles ? 0 : Math.floor(dueShare * this.#level0.reduce((sum, each) => sum + each, 0));
  }

  /** So much was written in this span. */
  tick(nowMs: Millis, bytes: number, pace: Pace): LevelEvents {
    const events: LevelEvents = { flushedBytes: 0, flushes: 0, compactedRead: 0, compactedWritten: 0, compactions: 0 };
    const flushing = this.#full.length > 0;
    this.#active += bytes;
    for (; this.#active >= writeBufferBytes; this.#active -= writeBufferBytes) this.#full.push(writeBufferBytes);
    const both = flushing && this.#compaction !== undefined;
    const forFlushes = both ? { ...pace, bytesPerSecond: pace.bytesPerSecond * flushTurns } : pace;
    if (flushing) this.#flush(events, forFlushes);
    this.#compact(nowMs, events, both ? { ...pace, bytesPerSecond: pace.bytesPerSecond - flushedPerSecond(forFlushes) } : pace);
    return events;
  }

  #flush(events: LevelEvents, pace: Pace): void {
    const wholeMs = flushMs(pace);
    let [spanMs, needsMs] = [pace.spanMs, this.#flushLeft * wholeMs];
    for (; this.#full.length > 0 && needsMs <= spanMs; needsMs = wholeMs) {
      spanMs -= needsMs;
      this.#flushLeft = 1;
      const bytes = Math.floor((this.#full.shift() ?? 0) * flushedShare);
      this.#level0.push(bytes);
      events.flushes++;
      events.flushedBytes += bytes;
    }
    if (this.#full.length > 0) this.#flushLeft -= spanMs / wholeMs;
  }

  #compact(nowMs: Millis, events: LevelEvents, pace: Pace): void {
    const running = this.#compaction;
    if (running) {
      running.left -= pace.spanMs / compactionMs(running.bytes, pace);
      running.tookMs += pace.spanMs;
      if (running.left <= 1e-9) this.#endCompaction(running, events, nowMs);
    }
    if (this.#compaction || this.#level0.length < compactAtFiles) return;
    this.#compaction = { files: this.#level0.length, bytes: this.#level0.reduce((sum, each) => sum + each, 0), left: 1, tookMs: 0 };
  }

  #endCompaction({ files, bytes, tookMs }: { readonly files: number; readonly bytes: number; readonly tookMs: Millis }, events: LevelEvents, nowMs: Millis): void {
    this.#level0.splice(0, files);
    const read = bytes * (1 + overlap);
    Object.assign(events, { compactions: 1, compactedRead: Math.floor(read), compactedWritten: Math.floor(read * kept) });
    this.last = { tookMs, endedMs: nowMs, files };
    this.#compaction = undefined;
  }
}

const flushMs = ({ stretch, bytesPerSecond }: Pace): Millis => Math.max((writeBufferBytes / flushBytesPerSecond) * stretch, (writeBufferBytes * flushedShare) / bytesPerSecond) * 1000;

const compactionMs = (bytes: number, { stretch, bytesPerSecond }: Pace): Millis => bytes * (1 + overlap) * Math.max(stretch / compactBytesPerSecond, kept / bytesPerSecond) * 1000;

/** What flushes write in a second. */
const flushedPerSecond = (pace: Pace): number => (writeBufferBytes * flushedShare * 1000) / flushMs(pace);
