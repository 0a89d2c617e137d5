import type { Millis } from '../../../../src/kernel/clock.ts';
import type { LoadSpec } from '../../contract.ts';

/** The leader writes down how far its timestamps may go this far ahead, and again when it gets there. */
const saveAheadMs: Millis = 5_000;

/** How often clients and stores ask for timestamps, each second: for themselves, and two for each transaction (begin, commit). */
export const timestampsPerSecond = ({ transactions = 0 }: LoadSpec): number => 16 + 2 * transactions;

/** The physical part of the timestamps that PD's leader gives out: it follows the leader's clock and never goes back. */
export class Timestamps {
  #physicalMs: Millis = 0;
  /** No timestamp beyond this was given out: where the next leader begins. */
  #savedMs: Millis = 0;

  get physicalMs(): Millis {
    return this.#physicalMs;
  }

  /** A member begins to lead: it gives out nothing that the one before may have given out. Answers how far its clock is behind that. */
  takeOver(clockMs: Millis): Millis {
    const behindMs = Math.max(0, this.#savedMs - clockMs);
    this.#physicalMs = clockMs + behindMs;
    this.#savedMs = this.#physicalMs + saveAheadMs;
    return behindMs;
  }

  /** The leader looks at its clock; where that is behind what was given out already, the logical part has to do. */
  follow(clockMs: Millis): 'save' | 'system_time_slow' {
    if (clockMs < this.#physicalMs) return 'system_time_slow';
    this.#physicalMs = clockMs;
    if (clockMs >= this.#savedMs) this.#savedMs = clockMs + saveAheadMs;
    return 'save';
  }
}
