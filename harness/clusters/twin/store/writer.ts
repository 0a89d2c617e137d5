import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import type { Wait } from '../metrics/waits.ts';
import type { Store } from './store.ts';

/** A store heartbeat that waits longer than this is given up, and one that only says how slow the store is goes out in its place. */
const heartbeatPatienceMs: Millis = 10_000;

/** Those that waited are answered within so long after a stall. */
const backWithinMs: Millis = 5_000;

/** The store writer's turn on a disk that hangs: it begins like any other, and ends when the disk is there again. */
export class Writer {
  readonly #store: Store;
  #stuckSinceMs: Millis | undefined;
  #freeSinceMs = -Infinity;
  #held = { writes: 0, waitedMs: 0 };

  constructor(store: Store) {
    this.#store = store;
  }

  get stuck(): boolean {
    return this.#stuckSinceMs !== undefined;
  }

  /** A new process has no turn under way. */
  begin(): void {
    this.#stuckSinceMs = undefined;
  }

  /** Looks at the disk; answers whether a turn got stuck or came free. */
  look(nowMs: Millis): boolean {
    const { hung } = this.#store.host.disk;
    if (hung === this.stuck) return false;
    if (this.#stuckSinceMs !== undefined) this.#complete(nowMs - this.#stuckSinceMs);
    if (!hung) this.#freeSinceMs = nowMs;
    this.#stuckSinceMs = hung ? nowMs : undefined;
    return true;
  }

  /** Heartbeats are made by threads that wait for the writer: after a while another one reports in their place. */
  blocksHeartbeats(nowMs: Millis): boolean {
    return this.#stuckSinceMs !== undefined && nowMs - this.#stuckSinceMs >= heartbeatPatienceMs;
  }

  /** Requests that waited come back: right after a stall it was in here that they waited, so that their wait is part of what they took. */
  release(writes: number, waitedMs: Millis, nowMs: Millis): void {
    if (nowMs - this.#freeSinceMs <= backWithinMs) this.#held = { writes: this.#held.writes + writes, waitedMs: Math.max(this.#held.waitedMs, waitedMs) };
  }

  /** How long the writes of a tick waited besides: those that a stall held, evenly from nothing to all of it. */
  takeHeld(writes: number): Wait | undefined {
    const { writes: held, waitedMs } = this.#held;
    this.#held = { writes: 0, waitedMs: 0 };
    return held === 0 ? undefined : { share: Math.min(1, held / writes), meanMs: waitedMs / 2, msAt: (rank) => rank * waitedMs };
  }

  /** One turn that took as long as the disk hung. */
  #complete(tookMs: Millis): void {
    const { raftstore, raftEngine } = this.#store.metrics;
    for (const histogram of [raftstore.appendLog, raftstore.writeLoop, raftstore.writeRaftdb, raftEngine.write, raftEngine.writeLeader, raftEngine.sync]) histogram.observe(tookMs / 1000);
    if (tookMs >= 1_000) this.#store.log(stalledWriteLine(this.#store, tookMs));
  }
}

/** A turn of the store writer that took a second or more is written down. */
export const stalledWriteLine = ({ id }: Store, spanMs: Millis): Entry => ({
  level: 'WARN', source: 'write.rs:1037',
  message: `[store ${id}] async write too slow, write_kv: 0s, write_raft: ${(spanMs / 1000).toFixed(9)}s, send: 0.000005108s, callback: 0.000003144s thread: store-writer-0`,
  fields: [['takes', Math.round(spanMs)], ['thread_id', 89]],
});
