import type { SeriesRef } from './contract.ts';
import type { LabelSet } from './labels.ts';

/** Finds a series of a target by its labels, without a text for each: those would take more room than an hour of samples. */
export class SeriesByLabels {
  readonly #byHash = new Map<number, SeriesRef | SeriesRef[]>();
  readonly #labelsOf: (ref: SeriesRef) => LabelSet;
  #size = 0;

  constructor(labelsOf: (ref: SeriesRef) => LabelSet) {
    this.#labelsOf = labelsOf;
  }

  /** How many are filed. */
  get size(): number {
    return this.#size;
  }

  find(labels: LabelSet): SeriesRef | undefined {
    const found = this.#byHash.get(labels.hash);
    if (found === undefined) return undefined;
    const candidates = typeof found === 'number' ? [found] : found;
    return candidates.find((ref) => this.#labelsOf(ref).equals(labels));
  }

  /** Files a series whose labels no other has. */
  add(labels: LabelSet, ref: SeriesRef): void {
    const hash = labels.hash;
    const found = this.#byHash.get(hash);
    if (found === undefined) this.#byHash.set(hash, ref);
    else if (typeof found === 'number') this.#byHash.set(hash, [found, ref]);
    else found.push(ref);
    this.#size++;
  }
}
