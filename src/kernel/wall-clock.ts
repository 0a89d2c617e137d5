import type { Clock, Millis } from './clock.ts';

/** The machine's own time: what production runs on. This file alone may touch Date, timers and the event loop. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (spanMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(done, spanMs);
      signal?.addEventListener('abort', cancel, { once: true });
      function done() {
        signal?.removeEventListener('abort', cancel);
        resolve();
      }
      function cancel() {
        clearTimeout(timer);
        reject(signal?.reason);
      }
    }),
};

/** A stopwatch on the monotonic clock; reads elapsed milliseconds, unaffected by clock changes. */
export const stopwatch = (): (() => Millis) => {
  const startedAt = performance.now();
  return () => performance.now() - startedAt;
};

/** Lets every promise that can settle without I/O settle: one turn of the event loop (a microtask is not enough). */
export const settleMicrotasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
