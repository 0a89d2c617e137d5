import { PromqlExecutionError, PromqlTimeoutError } from './errors.ts';

/** What one query may cost before it is stopped. Counted, not timed: the same query always ends the same way. */
export interface Limits {
  /** Values held by selectors, one per series and step. */
  readonly maxSamples: number;
  /** Samples that window functions look at. */
  readonly maxVisits: number;
}

/** Enough for any dashboard, and done in seconds. */
export const defaultLimits: Limits = { maxSamples: 20_000_000, maxVisits: 300_000_000 };

/** Counts what a query costs. */
export class Budget {
  #samples: number;
  #visits: number;

  constructor({ maxSamples, maxVisits }: Limits) {
    this.#samples = maxSamples;
    this.#visits = maxVisits;
  }

  /** Asks for memory before it is taken. */
  hold(samples: number): void {
    this.#samples -= samples;
    if (this.#samples < 0) throw new PromqlExecutionError('query processing would load too many samples into memory in query execution');
  }

  /** Counts work. */
  visit(samples: number): void {
    this.#visits -= samples;
    if (this.#visits < 0) throw new PromqlTimeoutError('query timed out in expression evaluation');
  }
}
