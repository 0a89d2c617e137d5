import type { Labels } from './contract.ts';
import { LabelSet, nameLabel } from './labels.ts';

/** So many sets are kept at most; then the table begins anew. */
const setsMax = 100_000;

/** Label sets that many targets have in common, and one store after the other: each is made once. */
export class LabelTable {
  readonly #byName = new Map<string, Map<string, LabelSet>>();
  readonly #buckets = new Map<string, Map<string, { readonly bounds: readonly string[]; readonly sets: readonly LabelSet[] }>>();
  readonly #owns = new Map<string, LabelSet>();
  readonly #whole = new Map<LabelSet, Map<LabelSet, LabelSet>>();
  #size = 0;

  /** The set of a metric's name and these labels. */
  of(name: string, labels: Labels): LabelSet {
    const known = mapIn(this.#byName, name);
    const key = keyOf(labels);
    let set = known.get(key);
    if (!set) {
      this.#count();
      known.set(key, (set = LabelSet.from({ ...labels, [nameLabel]: name })));
    }
    return set;
  }

  /** The sets of a histogram's buckets; the same list of bounds, as histograms of one kind have it, is looked up once for all of them. */
  buckets(name: string, labels: Labels, bounds: readonly string[]): readonly LabelSet[] {
    const known = mapIn(this.#buckets, name);
    const key = keyOf(labels);
    const before = known.get(key);
    if (before?.bounds === bounds) return before.sets;
    const others = this.of(name, labels);
    const sets = bounds.map((le) => {
      this.#count();
      return others.withBound(le);
    });
    known.set(key, { bounds, sets });
    return sets;
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
    for (const table of [this.#byName, this.#buckets, this.#owns, this.#whole]) table.clear();
  }
}

function mapIn<V>(maps: Map<string, Map<string, V>>, name: string): Map<string, V> {
  let map = maps.get(name);
  if (!map) maps.set(name, (map = new Map()));
  return map;
}

function keyOf(labels: Labels): string {
  let key = '';
  for (const label in labels) key += `${label}\udfff${labels[label]}\udfff`;
  return key;
}
