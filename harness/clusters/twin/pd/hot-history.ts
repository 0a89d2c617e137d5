import type { Millis } from '../../../../src/kernel/clock.ts';
import { type Loads, toleranceRatio } from './hot-balance.ts';

/** `history-sample-interval` and as many samples as `history-sample-duration` holds. */
const everyMs: Millis = 30_000;
const samplesKept = 10;

interface Sample {
  readonly loads: ReadonlyMap<number, Loads>;
  readonly sums: Loads;
}

/** The loads of the stores over the last five minutes, so that nothing is moved for what passes by itself. */
export class HotHistory {
  #samples: readonly Sample[] = [];
  /** Stores that were above, or below, all the time: the same until the next sample. */
  readonly #above = new Map<number, boolean>();
  readonly #below = new Map<number, boolean>();
  #sampledMs: Millis = -Infinity;

  /** Takes a sample where one is due. */
  note(nowMs: Millis, loads: () => ReadonlyMap<number, Loads>): void {
    if (nowMs - this.#sampledMs < everyMs) return;
    this.#sampledMs = nowMs;
    for (const known of [this.#above, this.#below]) known.clear();
    const all = loads();
    const sum = (dim: 0 | 1) => [...all.values()].reduce((total, each) => total + each[dim], 0);
    this.#samples = [...this.#samples, { loads: all, sums: [sum(0), sum(1)] as const }].slice(-samplesKept);
  }

  /** Whether a store has had more than its part all the time, by one measure or the other. */
  wasAbove(storeId: number): boolean {
    return kept(this.#above, storeId, () => this.#always(storeId, (load, mean) => load > mean * toleranceRatio));
  }

  /** Whether it has had less. */
  wasBelow(storeId: number): boolean {
    return kept(this.#below, storeId, () => this.#always(storeId, (load, mean) => load * toleranceRatio < mean));
  }

  /** A store that is new has no past to speak against it. */
  #always(storeId: number, holds: (load: number, mean: number) => boolean): boolean {
    // Whoever was not there yet had nothing.
    const stores = Math.max(1, this.#samples.at(-1)?.loads.size ?? 0);
    return ([0, 1] as const).some((dim) => this.#samples.every(({ loads, sums }) => {
      const own = loads.get(storeId);
      return own === undefined || holds(own[dim], sums[dim] / stores);
    }));
  }
}

function kept(known: Map<number, boolean>, id: number, make: () => boolean): boolean {
  let value = known.get(id);
  if (value === undefined) known.set(id, (value = make()));
  return value;
}
