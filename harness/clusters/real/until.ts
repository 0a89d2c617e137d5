import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import type { Failure, Result } from '../../../src/kernel/result.ts';

/** How long to look for something, and in which rhythm. */
export interface Patience {
  readonly clock: Clock;
  readonly withinMs: Millis;
  readonly everyMs?: Millis;
  readonly signal?: AbortSignal;
}

/** Looks again and again until the answer is good; undefined then, else the last failure. */
export async function until(look: () => Promise<Result<void>>, { clock, withinMs, everyMs = 200, signal }: Patience): Promise<Failure | undefined> {
  const deadlineMs = clock.now() + withinMs;
  for (;;) {
    const seen = await look();
    signal?.throwIfAborted();
    if (seen.ok) return undefined;
    if (clock.now() >= deadlineMs) return seen.failure;
    await clock.sleep(everyMs, signal);
  }
}
