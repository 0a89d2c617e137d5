import type { Labels } from './contract.ts';
import { LabelSet, nameLabel } from './labels.ts';

/** Label sets that many targets have in common: each is made once. */
export class LabelTable {
  readonly #byName = new Map<string, Map<string, LabelSet>>();

  /** The set of a metric's name and these labels. */
  of(name: string, labels: Labels): LabelSet {
    let known = this.#byName.get(name);
    if (!known) this.#byName.set(name, (known = new Map()));
    let key = '';
    for (const label in labels) key += `${label}\udfff${labels[label]}\udfff`;
    let set = known.get(key);
    if (!set) known.set(key, (set = LabelSet.from({ ...labels, [nameLabel]: name })));
    return set;
  }
}
