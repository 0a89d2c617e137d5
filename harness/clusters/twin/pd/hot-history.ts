import type { Millis } from '../../../../src/kernel/clock.ts';
import { type Loads, meanOf, toleranceRatio } from './hot-balance.ts';

/** `history-sample-interval` and as many samples as `history-sample-duration` holds. */
const everyMs: Millis = 30_000;
const kept = 10;

/** The loads of the stores over the last five minutes, so that nothing is moved for what passes by itself. */
export class HotHistory {
  #samples: ReadonlyMap<number, Loads>[] = [];
  #sampledMs: Millis = -Infinity;

  /** Takes a sample where one is due. */
  note(nowMs: Millis, loads: () => ReadonlyMap<number, Loads>): void {
    if (nowMs - this.#sampledMs < everyMs) return;
    this.#sampledMs = nowMs;
    this.#samples = [...this.#samples, loads()].slice(-kept);
  }

  /** Whether a store has had more than its part all the time, by one measure or the other. */
  wasAbove(storeId: number): boolean {
    return this.#always(storeId, (load, mean) => load > mean * toleranceRatio);
  }

  /** Whether it has had less. */
  wasBelow(storeId: number): boolean {
    return this.#always(storeId, (load, mean) => load * toleranceRatio < mean);
  }

  /** A store that is new has no past to speak against it. */
  #always(storeId: number, holds: (load: number, mean: number) => boolean): boolean {
    const stores = this.#samples.at(-1)?.size ?? 0;
    return ([0, 1] as const).some((dim) => this.#samples.every((sample) => {
      const own = sample.get(storeId);
      // Whoever was not there yet had nothing.
      const mean = (meanOf([...sample.values()].map((loads) => loads[dim])) * sample.size) / Math.max(1, stores);
      return own === undefined || holds(own[dim], mean);
    }));
  }
}
