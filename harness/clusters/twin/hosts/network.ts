import type { CutFrom } from '../../contract.ts';

/** A host's links: whom its packets reach. What is cut is dropped both ways and nobody is told. */
export class Network {
  readonly #cut = new Set<CutFrom>();

  /** Drops every packet between this host and these parts of the cluster, besides what was cut before. */
  cut(from: readonly CutFrom[]): void {
    for (const part of from) this.#cut.add(part);
  }

  heal(): void {
    this.#cut.clear();
  }

  isCut(from: CutFrom): boolean {
    return this.#cut.has(from);
  }
}
