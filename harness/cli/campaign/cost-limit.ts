/** What a trial will probably cost, in dollars; null where nobody knows. */
export type Guess = number | null;

/**
 * Keeps the cost of a campaign below a limit: a trial starts only when what is spent, what the running ones will probably
 * cost, and what it will probably cost itself fit. One whose cost nobody knows runs while nothing else does.
 */
export class CostLimit {
  readonly #limitUsd: number;
  #spentUsd: number;
  readonly #running = new Map<symbol, number>();
  #waiting: (() => void)[] = [];

  constructor(limitUsd: number, spentUsd: number) {
    this.#limitUsd = limitUsd;
    this.#spentUsd = spentUsd;
  }

  /** What is spent so far, earlier parts of the campaign included. */
  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** Waits until a trial may start and reserves its cost; `undefined` means that it never may. */
  async admit(guess: () => Guess): Promise<{ readonly ended: (costUsd: number) => void } | undefined> {
    for (;;) {
      const needs = guess();
      if (needs === 0) return this.#start(0);
      const left = this.#limitUsd - this.#spentUsd - this.#reservedUsd;
      const fits = needs === null ? left > 0 && this.#reservedUsd === 0 : needs <= left;
      if (fits) return this.#start(needs ?? left);
      if (this.#reservedUsd === 0) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get #reservedUsd(): number {
    return [...this.#running.values()].reduce((sum, each) => sum + each, 0);
  }

  #start(reservedUsd: number): { readonly ended: (costUsd: number) => void } {
    const id = Symbol('trial');
    this.#running.set(id, reservedUsd);
    return {
      ended: (costUsd) => {
        this.#running.delete(id);
        this.#spentUsd += costUsd;
        for (const go of this.#waiting.splice(0)) go();
      },
    };
  }
}
