import type { Millis } from '../../../../src/kernel/clock.ts';

/** The physical part of the timestamps that PD's leader gives out: it follows the leader's clock and never goes back. */
export class Timestamps {
  #physicalMs: Millis = 0;

  get physicalMs(): Millis {
    return this.#physicalMs;
  }

  /** The leader looks at its clock; where that is behind what was given out already, the logical part has to do. */
  follow(clockMs: Millis): 'save' | 'system_time_slow' {
    if (clockMs < this.#physicalMs) return 'system_time_slow';
    this.#physicalMs = clockMs;
    return 'save';
  }
}
