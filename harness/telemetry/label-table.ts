import type { Labels } from './contract.ts';
import { LabelSet, nameLabel } from './labels.ts';

/** So many sets are kept at most; then the table begins anew. */
const setsMax = 100_000;

/** Label sets that many targets have in common, and one store after the other: each is made once. */
export class LabelTable {
  readonly #byName = new Map<string, Map<string, LabelSet>>();
  readonly #owns = new Map<string, LabelSet>();
  readonly #whole = new Map<LabelSet, Map<LabelSet, LabelSet>>();
  #size = 0;

  /** The set of a metric's name and these labels. */
  of(name: string, labels: Labels): LabelSet {
    let known = this.#byName.get(name);
    if (!known) this.#byName.set(name, (known = new Map()));
    let key = '';
    for (const label in labels) key += `${label}\udfff${labels[label]}\udfff`;
    let set = known.get(key);
    if (!set) {
      this.#count();
      known.set(key, (set = LabelSet.from({ ...labels, [nameLabel]: name })));
    }
    return set;
  }

  /** The labels that a target adds. */
  own(labels: Labels): LabelSet {
    const set = LabelSet.from(labels);
    const known = this.#owns.get(set.key);
    if (!known) this.#owns.set(set.key, set);
    return known ?? set;
  }

  /** Both in one; the target's win. */
  whole(shared: LabelSet, own: LabelSet): LabelSet {
    let ofOwn = this.#whole.get(own);
    if (!ofOwn) this.#whole.set(own, (ofOwn = new Map()));
    let set = ofOwn.get(shared);
    if (!set) {
      this.#count();
      ofOwn.set(shared, (set = LabelSet.merged(shared, own)));
    }
    return set;
  }

  #count(): void {
    if (++this.#size <= setsMax) return;
    this.#size = 0;
    for (const table of [this.#byName, this.#owns, this.#whole]) table.clear();
  }
}
