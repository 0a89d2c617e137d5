import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Wait } from '../metrics/histogram.ts';

/** The kernel grants a quota anew every 100 ms (`cpu.cfs_period_us`); whoever has used it up waits for the next period. */
const quotaPeriodMs: Millis = 100;
/** The longest that a piece of work is stretched: a real thread pool sheds, or its clients block, before that. */
const stretchMax = 50;

/** The CPU that a process may use. */
export class Cpu {
  readonly cores: number;
  #quotaCores = Infinity;
  #demandCores = 0;

  constructor(cores: number) {
    this.cores = cores;
  }

  /** The cores that are really available, after a quota. */
  get available(): number {
    return Math.min(this.cores, this.#quotaCores);
  }

  /** A quota of so many cores, as a control group sets it. */
  throttle(cores: number): void {
    this.#quotaCores = cores;
  }

  restore(): void {
    this.#quotaCores = Infinity;
  }

  /** The process asks for so many cores from now on. */
  demand(cores: number): void {
    this.#demandCores = cores;
  }

  /**
   * What a turn of a thread, or so many in a row, waits for because the quota of the period is used up. It meets an empty quota as often as a
   * random arrival meets a busy server, in a share of the cases that equals the utilisation; then it waits for the rest of
   * the period, in which threads on all cores used the quota up at once: evenly between nothing and all of it.
   */
  quotaWait(times = 1): Wait | undefined {
    if (this.#quotaCores >= this.cores) return undefined;
    const spanMs = quotaPeriodMs * (1 - this.#quotaCores / this.cores) * times;
    return { share: Math.min(1, this.#demandCores / this.#quotaCores), meanMs: spanMs / 2, msAt: (rank) => rank * spanMs };
  }

  /** By how much a long piece of work is stretched that gets what the others leave of a quota: 1 on a machine that is free. */
  get slowdown(): number {
    if (this.#quotaCores >= this.cores) return 1;
    return Math.min(stretchMax, 1 / Math.max(1e-9, this.#quotaCores - Math.min(this.#demandCores, this.#quotaCores)));
  }

  /** By how much work between two waits is stretched: 1 / (1 - utilisation) of the real cores, the M/M/1 queue's factor. */
  get stretch(): number {
    return Math.min(stretchMax, 1 / (1 - Math.min(0.98, Math.min(this.#demandCores, this.available) / this.cores)));
  }
}
