import type { Millis } from '../../../../src/kernel/clock.ts';

/** A machine's wall clock: by how much it is ahead of the true time. Timers do not care, they count a clock of their own. */
export class HostClock {
  #offsetMs: Millis = 0;

  /** Negative: it is behind. */
  get offsetMs(): Millis {
    return this.#offsetMs;
  }

  /** Puts it so far ahead or behind; answers by how much it jumped. */
  step(offsetMs: Millis): Millis {
    const jumpMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    return jumpMs;
  }
}
