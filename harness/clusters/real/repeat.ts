import type { Clock, Millis } from '../../../src/kernel/clock.ts';

/** Does something again and again until the signal. It must not fail for reasons of the world; where it does, the next turn may succeed. */
export async function repeat(clock: Clock, { everyMs, signal }: { readonly everyMs: Millis; readonly signal: AbortSignal }, work: () => void | Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await Promise.resolve().then(work).catch(() => {});
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}
