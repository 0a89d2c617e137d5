import type { Cpu } from './cpu.ts';

/** As near to full as programs that share a machine bring it before what they ask for is held back. */
const fullShare = 0.98;

/** A machine on which several nodes run, and what else does: the recorded clusters had only one. */
export class SharedCores {
  readonly cores: number;
  readonly #othersCores: number;
  readonly #members: Cpu[] = [];

  /** `othersCores` is what programs take that are no node. */
  constructor(cores: number, othersCores: number) {
    this.cores = cores;
    this.#othersCores = othersCores;
  }

  join(cpu: Cpu): void {
    this.#members.push(cpu);
  }

  /** The cores that one may use. A fair scheduler gives all who want more the same, and to the others what they want. */
  leftFor(cpu: Cpu): number {
    const wants = [this.#othersCores, ...this.#members.flatMap((other) => (other === cpu ? [] : [other.wanted]))].sort((a, b) => a - b);
    let left = this.cores;
    for (const [at, wanted] of wants.entries()) {
      const share = left / (wants.length - at + 1);
      if (wanted > share) return share;
      left -= wanted;
    }
    return left;
  }

  /** By how much work between two waits is stretched: a thread waits only where all cores are busy. */
  get stretch(): number {
    const busy = this.#members.reduce((sum, { wanted }) => sum + wanted, this.#othersCores) / this.cores;
    return 1 / (1 - Math.min(fullShare, busy) ** this.cores);
  }
}
