import type { Millis } from '../../../../src/kernel/clock.ts';

/** The kernel grants a quota anew every 100 ms; whoever has used it up waits for the next period. */
const quotaPeriodMs: Millis = 100;
/**
 * The part of the withheld time that a turn waits at the median. Fitted to one recording (appends at a tenth of a core), not
 * derived: a turn that falls anywhere into a period would wait four times as long, but the scheduler favours short turns.
 */
const withheldShare = 1 / 8;

/** The CPU that a process may use. */
export class Cpu {
  readonly cores: number;
  #quotaCores = Infinity;
  #stretch = 1;

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

  /** What a turn of a thread waits at the median because the quota of the period is used up. */
  get pauseMs(): Millis {
    return this.available >= 1 ? 0 : quotaPeriodMs * (1 - this.available) * withheldShare;
  }

  /** By how much work was stretched last, where a quota stretches it: 1 on a machine that is free. */
  get slowdown(): number {
    return this.#quotaCores < this.cores ? this.#stretch : 1;
  }

  /**
   * By how much work is stretched when it asks for so many cores: 1 / (1 - utilisation), the M/M/1 queue's factor,
   * held at 50 because a real thread pool sheds or its clients block before that.
   */
  stretch(demandCores: number): number {
    const utilisation = Math.min(0.98, demandCores / this.available);
    this.#stretch = 1 / (1 - utilisation);
    return this.#stretch;
  }
}
