import type { Millis } from '../../src/kernel/clock.ts';
import type { LoadSpec } from '../clusters/contract.ts';

/** What the clients of a real cluster saw in one second, counted when a request ends. */
export interface ClientSecond {
  /** The start of the second, Unix milliseconds. */
  readonly atMs: Millis;
  readonly ok: number;
  /** Ended without success, by code, e.g. `UNAVAILABLE`, `DEADLINE_EXCEEDED`, `not_leader`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Attempts beyond the first. */
  readonly retries: number;
  /** Of the requests that succeeded; absent when none did. */
  readonly p50Ms?: Millis;
  readonly p99Ms?: Millis;
}

/** A load generator at work on a real cluster: open loop, so a slow cluster does not slow it down. */
export interface RunningLoad extends AsyncDisposable {
  readonly set: (load: LoadSpec) => Promise<void>;
  /** Every second so far, oldest first. */
  readonly seconds: () => readonly ClientSecond[];
}

/** Where a load generator starts: the addresses that clients of the subject are given (`host:port`). */
export interface LoadTargets {
  readonly subject: string;
  readonly endpoints: readonly string[];
  /** The client's program is started behind these words, e.g. `ip netns exec NAME`; default: none. */
  readonly launcher?: readonly string[];
}
