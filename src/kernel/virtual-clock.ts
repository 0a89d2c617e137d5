import { assert } from './assert.ts';
import type { Clock, Millis } from './clock.ts';
import { settleMicrotasks } from './wall-clock.ts';

interface Sleeper {
  readonly dueMs: Millis;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until somebody calls {@link VirtualClock.advance}.
 *
 * `runWorld(toMs)` is called synchronously before the clock reaches `toMs`, so that whoever wakes there
 * sees a world that has lived up to that instant. Sleepers wake in order of due time, then of arrival.
 */
export class VirtualClock implements Clock {
  #nowMs: Millis;
  #order = 0;
  #sleepers: Sleeper[] = [];
  readonly #runWorld: (toMs: Millis) => void;

  constructor(startMs: Millis, runWorld: (toMs: Millis) => void = () => {}) {
    this.#nowMs = startMs;
    this.#runWorld = runWorld;
  }

  now = (): Millis => this.#nowMs;

  sleep = (spanMs: Millis, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { dueMs: this.#nowMs + Math.max(0, spanMs), order: this.#order++, wake };
      const cancel = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      function wake() {
        signal?.removeEventListener('abort', cancel);
        resolve();
      }
      signal?.addEventListener('abort', cancel, { once: true });
      this.#sleepers.push(sleeper);
    });

  /** Lets `spanMs` pass: the world runs, sleepers wake at their instants and act before time goes on. */
  async advance(spanMs: Millis, signal?: AbortSignal): Promise<void> {
    assert(spanMs >= 0, 'time cannot run backwards');
    const targetMs = this.#nowMs + spanMs;
    await settleMicrotasks();
    for (let next = this.#nextDue(targetMs); next; next = this.#nextDue(targetMs)) {
      signal?.throwIfAborted();
      this.#moveTo(next.dueMs);
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settleMicrotasks();
    }
    signal?.throwIfAborted();
    this.#moveTo(targetMs);
    await settleMicrotasks();
  }

  #nextDue(targetMs: Millis): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueMs > targetMs) continue;
      if (!first || sleeper.dueMs < first.dueMs || (sleeper.dueMs === first.dueMs && sleeper.order < first.order)) first = sleeper;
    }
    return first;
  }

  #moveTo(toMs: Millis): void {
    this.#runWorld(toMs);
    this.#nowMs = toMs;
  }
}
