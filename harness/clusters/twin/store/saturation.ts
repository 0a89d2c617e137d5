import type { Millis } from '../../../../src/kernel/clock.ts';
import { inFlightMax } from '../clients/in-flight.ts';
import type { StoreLoad } from './pipeline.ts';

/**
 * The queue of a store that is asked for more than it can do. While the utilisation is above one, the work that is left over
 * waits, `utilisation - 1` seconds of it a second; below one the queue is worked off. It cannot grow past what clients hold
 * (Little's law: requests in flight = rate x time), and from then on only what fits is let in.
 */
export class Saturation {
  /** CPU seconds of its own clients' work that the store let in, and those that it had for them. */
  readonly admitted = { workSeconds: 0, fitsSeconds: 0 };
  #waitSeconds = 0;

  /** How long a request waits in all because of work that came before it. */
  get waitMs(): Millis {
    return this.#waitSeconds * 1_000;
  }

  /** Nothing waits in a process that has just started. */
  begin(): void {
    this.#waitSeconds = 0;
  }

  /** Takes a span's work at this utilisation and request rate; answers which share of it is served in that span. */
  take(utilisation: number, requestsPerSecond: number, spanSeconds: number): number {
    const longest = requestsPerSecond > 0 ? inFlightMax / requestsPerSecond : 0;
    this.#waitSeconds = Math.max(0, Math.min(longest, this.#waitSeconds + (utilisation - 1) * spanSeconds));
    return utilisation > 1 ? 1 / utilisation : 1;
  }
}

/** The last digits of a sum of fractions, which make no write of nothing. */
const tiny = 1e-9;

/** The part of a load that is served. What leaders elsewhere send is not for a follower to refuse: it waits in its queues. */
export function scaleLoad(load: StoreLoad, share: number): void {
  if (share === 1) return;
  load.reads = Math.floor(load.reads * share);
  scaleWrites(load, share);
}

/** The part of the writes that a store leads which is let through; what is no whole write in one group counts in the next, or many small groups would lose all. */
export function scaleWrites(load: StoreLoad, share: number): void {
  load.writes = load.entries = load.ofTransactions = 0;
  let over = 0;
  for (const commits of load.commits.values()) {
    const shared = commits.entries < commits.writes;
    const exact = commits.writes * share + over;
    commits.writes = Math.min(commits.writes, Math.floor(exact + tiny));
    over = exact - commits.writes;
    commits.entries = shared ? Math.min(commits.writes, Math.max(1, Math.floor(commits.entries * share))) : commits.writes;
    load.writes += commits.writes;
    load.entries += commits.entries;
    load.ofTransactions += commits.ofTransactions = Math.min(commits.writes, commits.ofTransactions * share);
  }
}
