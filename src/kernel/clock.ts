/** An instant or a span in milliseconds; instants count from the Unix epoch. */
export type Millis = number;

/** Owns both now and sleep, so that no code can wait in a time other than the one it reads. */
export interface Clock {
  readonly now: () => Millis;
  /** Resolves after `spanMs`; rejects with the signal's reason when it is aborted first. */
  readonly sleep: (spanMs: Millis, signal?: AbortSignal) => Promise<void>;
}
