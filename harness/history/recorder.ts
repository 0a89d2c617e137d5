import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { HistoryEvent, NewEvent } from './events.ts';

/** An event before it is numbered and stamped. */
export type Unstamped = NewEvent extends infer E ? (E extends NewEvent ? Omit<E, 'atMs'> : never) : never;

/** Numbers and stamps events in the cluster's time, keeps them, and hands each one on at once. */
export class HistoryRecorder {
  readonly history: HistoryEvent[] = [];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor(clock: Pick<Clock, 'now'>, onEvent: (event: HistoryEvent) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** Records that something happened now. */
  record(event: Unstamped): HistoryEvent {
    return this.recordAt(this.#clock.now(), event);
  }

  /** Records what is only known now to have happened then: its place in the list is now, its instant is then. */
  recordAt(atMs: Millis, event: Unstamped): HistoryEvent {
    const stamped = { ...event, seq: this.history.length, atMs } as HistoryEvent;
    this.history.push(stamped);
    this.#onEvent(stamped);
    return stamped;
  }
}
