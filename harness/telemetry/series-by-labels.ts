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
    const found = this.#byHash.get(hashOf(labels));
    if (found === undefined) return undefined;
    const candidates = typeof found === 'number' ? [found] : found;
    return candidates.find((ref) => isSame(this.#labelsOf(ref), labels));
  }

  /** Files a series whose labels no other has. */
  add(labels: LabelSet, ref: SeriesRef): void {
    const hash = hashOf(labels);
    const found = this.#byHash.get(hash);
    if (found === undefined) this.#byHash.set(hash, ref);
    else if (typeof found === 'number') this.#byHash.set(hash, [found, ref]);
    else found.push(ref);
    this.#size++;
  }
}

/** FNV-1a over names and values, each with its end. */
function hashOf({ pairs }: LabelSet): number {
  let hash = 0x811c9dc5;
  for (const text of pairs) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash | 0;
}

const isSame = (a: LabelSet, b: LabelSet): boolean => a.pairs.length === b.pairs.length && a.pairs.every((text, i) => text === b.pairs[i]);
