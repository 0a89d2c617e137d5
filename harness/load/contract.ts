import type { ClientSecond, LoadSpec } from '../clusters/contract.ts';

export type { ClientSecond, KindSecond } from '../clusters/contract.ts';

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
