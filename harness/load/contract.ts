import type { Millis } from '../../src/kernel/clock.ts';
import type { LoadSpec, SeenSecond } from '../clusters/contract.ts';

/** What happened to the requests of one kind in one second. */
export interface KindSecond {
  readonly ok: number;
  readonly failed: number;
  /** Of the requests that succeeded; absent when none did. */
  readonly p50Ms?: Millis;
  readonly p99Ms?: Millis;
}

/** What the clients of a real cluster saw in one second, counted when a request ends. */
export interface ClientSecond extends SeenSecond {
  /** The start of the second, Unix milliseconds. */
  readonly atMs: Millis;
  readonly ok: number;
  /** Ended without success, by code, e.g. `UNAVAILABLE`, `DEADLINE_EXCEEDED`, `not_leader`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Of the requests that succeeded; absent when none did. Counted from the moment a request was due, so waiting is not hidden. */
  readonly p50Ms?: Millis;
  readonly p99Ms?: Millis;
  /** How long the load generator itself was kept from running, at its worst: what is slow then may be its machine and not the cluster. Absent below 50 ms. */
  readonly lateMs?: Millis;
  /** Requests that are still under way when the second ends. */
  readonly inFlight?: number;
  /** Apart: `read` and `write`, and what is not part of the sums above, TiKV's `tso`. */
  readonly kinds?: Readonly<Record<string, KindSecond>>;
}

/** A load generator at work on a real cluster: open loop, so a slow cluster does not slow it down. */
export interface RunningLoad extends AsyncDisposable {
  readonly set: (load: LoadSpec) => Promise<void>;
  /** Every second so far, oldest first. */
  readonly seconds: () => readonly ClientSecond[];
  /** Set when the generator is gone although nobody ended it: what became of it, in words. */
  readonly died?: () => string | undefined;
}

/** Where a load generator starts: the addresses that clients of the subject are given (`host:port`). */
export interface LoadTargets {
  readonly subject: string;
  readonly endpoints: readonly string[];
  /** The client's program is started behind these words, e.g. `ip netns exec NAME`; default: none. */
  readonly launcher?: readonly string[];
  /** Draws keys and back-offs; default 1. */
  readonly seed?: number;
}
