import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import type { Random } from '../../../src/kernel/random.ts';

/** How long a client waits before it tries again; doubles up to a limit. With jitter, half of it is drawn. */
interface BackoffRule {
  readonly baseMs: Millis;
  readonly maxMs: Millis;
  readonly jitter: boolean;
}

/** The Go client's rules, by what went wrong. */
const rules = {
  tikvRPC: { baseMs: 100, maxMs: 2_000, jitter: true },
  pdRPC: { baseMs: 500, maxMs: 3_000, jitter: true },
  regionMiss: { baseMs: 2, maxMs: 500, jitter: false },
  regionScheduling: { baseMs: 2, maxMs: 500, jitter: false },
  tikvServerBusy: { baseMs: 2_000, maxMs: 10_000, jitter: true },
  tikvDiskFull: { baseMs: 500, maxMs: 5_000, jitter: false },
  staleCommand: { baseMs: 2, maxMs: 1_000, jitter: false },
  regionNotInitialized: { baseMs: 2, maxMs: 1_000, jitter: false },
  recoveryInProgress: { baseMs: 100, maxMs: 10_000, jitter: true },
} as const satisfies Record<string, BackoffRule>;

/** Names a rule. */
export type BackoffName = keyof typeof rules;

/** A raw request may wait this long in all before it is given up. Time spent asking does not count. */
export const backoffBudgetMs: Millis = 20_000;

/** One request's patience: it waits longer each time the same thing goes wrong, until its budget is spent. */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #attempts = new Map<BackoffName, number>();
  #waitedMs: Millis = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Waits; false when the budget is spent and the request is to be given up. */
  async wait(name: BackoffName): Promise<boolean> {
    if (this.#waitedMs >= backoffBudgetMs) return false;
    const attempt = this.#attempts.get(name) ?? 0;
    this.#attempts.set(name, attempt + 1);
    const { baseMs, maxMs, jitter } = rules[name];
    const fullMs = Math.min(maxMs, baseMs * 2 ** attempt);
    const spanMs = jitter ? fullMs / 2 + this.#random.unit() * (fullMs / 2) : fullMs;
    this.#waitedMs += spanMs;
    await this.#clock.sleep(spanMs);
    return true;
  }
}
