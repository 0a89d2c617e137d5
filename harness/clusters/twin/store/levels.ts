import type { Millis } from '../../../../src/kernel/clock.ts';

const mib = 2 ** 20;
/** `rocksdb.defaultcf.write-buffer-size` of the lab's stores, and how many level-0 files begin a compaction. */
const writeBufferBytes = 32 * mib;
const compactAtFiles = 4;
/** What is left of a full memtable once keys that were written twice are one and blocks are compressed. */
const flushedShare = 0.8;
/** Measured in recordings/tikv-write-overload: flushes write 60 MB a second, one compaction at a time reads 40 MB a second. */
const flushBytesPerSecond = 60e6;
const compactBytesPerSecond = 40e6;
/** A compaction reads from the level below what overlaps, and writes back nine tenths of all that it read. */
const overlap = 0.66;
const kept = 0.9;
/** What RocksDB says is due once level 0 is full, of the bytes that lie there. */
const dueShare = 1.17;

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
  #flushEndsMs: Millis = 0;
  #compaction: { readonly endsMs: Millis; readonly files: number; readonly bytes: number; readonly tookMs: Millis } | undefined;
  /** The newest compaction: how long it took, when it ended, how many files went in. */
  last = { tookMs: 0, endedMs: -Infinity, files: 0 };

  /** Bytes in memtables, full ones among them, and how many of those there are. */
  get memtableBytes(): number {
    return this.#active + this.#full.reduce((sum, each) => sum + each, 0);
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

  /** So much was written since the last tick; `stretch` is by how much the work of flushing and compacting is slowed. */
  tick(nowMs: Millis, bytes: number, stretch: number): LevelEvents {
    const events: LevelEvents = { flushedBytes: 0, flushes: 0, compactedRead: 0, compactedWritten: 0, compactions: 0 };
    this.#active += bytes;
    for (; this.#active >= writeBufferBytes; this.#active -= writeBufferBytes) {
      if (this.#full.length === 0) this.#flushEndsMs = nowMs + flushMs(stretch);
      this.#full.push(writeBufferBytes);
    }
    while (this.#full.length > 0 && this.#flushEndsMs <= nowMs) this.#flush(events, stretch);
    this.#compact(nowMs, events, stretch);
    return events;
  }

  #flush(events: LevelEvents, stretch: number): void {
    const bytes = Math.floor((this.#full.shift() ?? 0) * flushedShare);
    this.#flushEndsMs += flushMs(stretch);
    this.#level0.push(bytes);
    events.flushes++;
    events.flushedBytes += bytes;
  }

  #compact(nowMs: Millis, events: LevelEvents, stretch: number): void {
    const running = this.#compaction;
    if (running && running.endsMs <= nowMs) {
      this.#level0.splice(0, running.files);
      const read = running.bytes * (1 + overlap);
      Object.assign(events, { compactions: 1, compactedRead: Math.floor(read), compactedWritten: Math.floor(read * kept) });
      this.last = { tookMs: running.tookMs, endedMs: nowMs, files: running.files };
      this.#compaction = undefined;
    }
    if (this.#compaction || this.#level0.length < compactAtFiles) return;
    const bytes = this.#level0.reduce((sum, each) => sum + each, 0);
    const tookMs = ((bytes * (1 + overlap)) / compactBytesPerSecond) * 1000 * stretch;
    this.#compaction = { endsMs: nowMs + tookMs, files: this.#level0.length, bytes, tookMs };
  }
}

const flushMs = (stretch: number): Millis => (writeBufferBytes / flushBytesPerSecond) * 1000 * stretch;
