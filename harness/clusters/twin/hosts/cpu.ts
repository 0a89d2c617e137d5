/** The CPU that a process may use. */
export class Cpu {
  readonly cores: number;
  #share = 1;

  constructor(cores: number) {
    this.cores = cores;
  }

  /** The cores that are really available, after a quota. */
  get available(): number {
    return this.cores * this.#share;
  }

  /** Leaves this share of the cores to the process. */
  limit(share: number): void {
    this.#share = share;
  }

  restore(): void {
    this.#share = 1;
  }

  /**
   * By how much work is stretched when it asks for so many cores: 1 / (1 - utilisation), the M/M/1 queue's factor,
   * held at 50 because a real thread pool sheds or its clients block before that.
   */
  stretch(demandCores: number): number {
    const utilisation = Math.min(0.98, demandCores / this.available);
    return 1 / (1 - utilisation);
  }
}
