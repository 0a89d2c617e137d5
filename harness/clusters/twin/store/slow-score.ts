/** A probe write that takes this long is a timeout. */
export const inspectTimeoutMs = 100;
/** Probes per round of three seconds. */
export const inspectsPerRound = 30;
/** The score at which PD calls a store slow, and the one at which it moves leaders away. */
export const slowThreshold = 80;
/** The highest score. */
export const scoreMax = 100;

/**
 * TiKV's slow score: ten probe writes a second go through the raft log; each round of three seconds in which a tenth of
 * them or more time out doubles the score, a clean round takes one point off.
 */
export class SlowScore {
  #score = 1;

  get value(): number {
    return Math.round(this.#score);
  }

  /** Ends a round in which this share of the probes timed out. */
  round(timeoutShare: number): void {
    if (timeoutShare * inspectsPerRound >= 0.5) this.#score = Math.min(scoreMax, this.#score * (1 + Math.min(timeoutShare, 0.1) / 0.1));
    else this.#score = Math.max(1, this.#score - 1);
  }

  reset(): void {
    this.#score = 1;
  }
}
