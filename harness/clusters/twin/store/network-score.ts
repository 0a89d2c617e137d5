import { scoreMax } from './slow-score.ts';

/** `raftstore.inspect-network-interval` is a tenth of a second, and each three looks at the newest probe make a round. */
export const looksPerRound = 3;
/** 100 points are forgiven in ten minutes of rounds without a late probe (recorded: 8 points in 45 s). */
const forgivenPerRound = 0.05;

/**
 * How slow the network to each of the other stores is, 1 to 100: what a store's own probes say. A round in which a share of the looks found a probe
 * that is out for a second or more multiplies the score by one plus that share, so a silent peer is at 100 within seven rounds (recorded in
 * tikv-partition-full: 64 and then 100).
 */
export class NetworkScore {
  readonly #scores = new Map<number, number>();

  /** Ends a round of looks at the probe of one store, so many of which found it late. */
  round(storeId: number, lateLooks: number): void {
    const score = this.#scores.get(storeId) ?? 1;
    this.#scores.set(storeId, lateLooks > 0 ? Math.min(scoreMax, score * (1 + Math.min(1, lateLooks / looksPerRound))) : Math.max(1, score - forgivenPerRound));
  }

  /** A store that is not there is not probed. */
  forget(storeId: number): void {
    this.#scores.delete(storeId);
  }

  reset(): void {
    this.#scores.clear();
  }

  /** Whether every store is at the least score: rounds without a late probe change nothing. */
  get isLeast(): boolean {
    for (const score of this.#scores.values()) if (score > 1) return false;
    return true;
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
    return new Map([...this.#scores].filter(([, score]) => Math.floor(score) > 1).map(([id, score]) => [id, Math.floor(score)]));
  }
}
