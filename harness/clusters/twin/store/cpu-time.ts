import type { Store } from './store.ts';

/** CPU seconds of a process from its first instruction until it is ready: 0.33 to 0.47 at the first scrape after four recorded restarts. */
const startSeconds = 0.35;

/** The CPU time that a store's process has used. */
export class CpuTime {
  readonly #store: Pick<Store, 'host'>;
  #seconds = 0;

  constructor(store: Pick<Store, 'host'>) {
    this.#store = store;
  }

  /** Core-seconds since it was started. */
  get seconds(): number {
    return this.#seconds;
  }

  /** A process that has just been started opens its engines. */
  begin(): void {
    this.#seconds = 0;
    this.spend(startSeconds);
  }

  /** It uses so much. */
  spend(seconds: number): void {
    this.#seconds += seconds;
    this.#store.host.cpu.usedSeconds += seconds;
  }

  /** Makes what was used in a minute stand for more. */
  age(times: number): void {
    this.#seconds *= times;
  }
}
