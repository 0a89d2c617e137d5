/** The memory that a process may use. */
export class Memory {
  readonly #totalBytes: number;
  #limitBytes = Infinity;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /** What is really there for it, after a control group's limit. */
  get availableBytes(): number {
    return Math.min(this.#totalBytes, this.#limitBytes);
  }

  /** The control group's limit; infinite where there is none. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** A control group's limit: whoever is above it is killed by the kernel. Replaces an earlier one. */
  limit(limitBytes: number): void {
    this.#limitBytes = limitBytes;
  }

  restore(): void {
    this.#limitBytes = Infinity;
  }
}
