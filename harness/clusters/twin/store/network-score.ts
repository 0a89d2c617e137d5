import { scoreMax } from './slow-score.ts';

/** Measured in recordings/tikv-partition-full: a silent peer takes a score from 1 to 100 in two rounds of three seconds; afterwards a point goes in five seconds. */
const perRound = { lost: 66, clean: 0.6 } as const;
/** A tenth of the probes may be late. */
const tolerated = 0.1;

/** How slow the network to each of the other stores is, 1 to 100: what a store's own probes say. */
export class NetworkScore {
  readonly #scores = new Map<number, number>();

  /** Ends a round of probes of one store, of which this share did not come back in time. */
  round(storeId: number, lateShare: number): void {
    const score = this.#scores.get(storeId) ?? 1;
    this.#scores.set(storeId, lateShare >= tolerated ? Math.min(scoreMax, score + perRound.lost * lateShare) : Math.max(1, score - perRound.clean));
  }

  /** A store that is not there is not probed. */
  forget(storeId: number): void {
    this.#scores.delete(storeId);
  }

  reset(): void {
    this.#scores.clear();
  }

  /** The mean over the other stores, as the store shows it of itself. */
  get value(): number {
    if (this.#scores.size === 0) return 1;
    let sum = 0;
    for (const score of this.#scores.values()) sum += score;
    return Math.floor(sum / this.#scores.size);
  }

  /** What it tells PD: those above the least. */
  get reported(): ReadonlyMap<number, number> {
    return new Map([...this.#scores].filter(([, score]) => Math.round(score) > 1).map(([id, score]) => [id, Math.round(score)]));
  }
}
