/** Compares as Prometheus does: by UTF-8 bytes, which is code-point order and not JavaScript's UTF-16 order. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, although their own numbers are lower than U+E000. */
const codePointRank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** A lone surrogate cannot occur in well-formed text, so a join with it is unambiguous. */
const separator = '\udfff';

/** Text in which the order of UTF-16 units is that of UTF-8 bytes; and what comes before all of it. */
const plain = /^[\x20-\x7e]*$/;
const beforePlain = '\x1f';

/** An immutable label set in order of names; an empty value means that the label is absent. */
export class LabelSet {
  /** Name, value, name, value … in order of names. */
  readonly pairs: readonly string[];
  #key: string | undefined;
  #hash: number | undefined;
  #rank: string | null | undefined;
  #nameless: LabelSet | undefined;
  #bucket: Bucket | undefined;
  #object: Readonly<Record<string, string>> | undefined;

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  static readonly empty = new LabelSet([]);

  /** A label set from an object; labels with an empty value are dropped. */
  static from(record: Readonly<Record<string, string>>): LabelSet {
    const names = Object.keys(record);
    for (let i = 1; i < names.length; i++) {
      if (compareText(names[i - 1] as string, names[i] as string) < 0) continue;
      names.sort(compareText);
      break;
    }
    const pairs: string[] = [];
    for (const name of names) {
      const value = record[name] as string;
      if (value !== '') pairs.push(name, value);
    }
    return new LabelSet(pairs);
  }

  /** Both sets in one; where a name is in both, the second wins. */
  static merged(own: LabelSet, winner: LabelSet): LabelSet {
    const pairs: string[] = [];
    let next = 0;
    for (let i = 0; i < own.pairs.length; i += 2) {
      const name = own.pairs[i] as string;
      while (next < winner.pairs.length && compareText(winner.pairs[next] as string, name) <= 0) pairs.push(winner.pairs[next++] as string, winner.pairs[next++] as string);
      if (pairs[pairs.length - 2] !== name) pairs.push(name, own.pairs[i + 1] as string);
    }
    while (next < winner.pairs.length) pairs.push(winner.pairs[next++] as string);
    // A copy has no room to spare, and stores keep thousands of these.
    return new LabelSet(pairs.slice());
  }

  /** Equal sets have equal keys. */
  get key(): string {
    return (this.#key ??= this.pairs.join(separator));
  }

  /** A text whose order is that of the sets, so that the engine compares both at once; none where a label is not plain. */
  get rank(): string | null {
    if (this.#rank === undefined) this.#rank = this.pairs.every((text) => plain.test(text)) ? this.pairs.join(beforePlain) : null;
    return this.#rank;
  }

  /** Equal sets have equal hashes: FNV-1a over names and values, each with its end. */
  get hash(): number {
    return (this.#hash ??= hashOf(this.pairs));
  }

  /** Whether both have the same labels. */
  equals(other: LabelSet): boolean {
    return this === other || (this.pairs.length === other.pairs.length && this.pairs.every((text, i) => text === other.pairs[i]));
  }

  /** How many labels there are, the metric name included. */
  get size(): number {
    return this.pairs.length / 2;
  }

  /** The value, or the empty string where the label is absent. */
  get(name: string): string {
    for (let i = 0; i < this.pairs.length; i += 2) if (this.pairs[i] === name) return this.pairs[i + 1] as string;
    return '';
  }

  /** Only the labels whose name passes. */
  filter(keep: (name: string) => boolean): LabelSet {
    const pairs: string[] = [];
    for (let i = 0; i < this.pairs.length; i += 2) {
      const name = this.pairs[i] as string;
      if (keep(name)) pairs.push(name, this.pairs[i + 1] as string);
    }
    return pairs.length === this.pairs.length ? this : new LabelSet(pairs);
  }

  /** The same set with one label set, or removed by an empty value. */
  with(name: string, value: string): LabelSet {
    if (this.get(name) === value) return this;
    const pairs: string[] = [];
    let placed = value === '';
    for (let i = 0; i < this.pairs.length; i += 2) {
      const here = this.pairs[i] as string;
      if (!placed && compareText(name, here) < 0) {
        pairs.push(name, value);
        placed = true;
      }
      if (here !== name) pairs.push(here, this.pairs[i + 1] as string);
    }
    if (!placed) pairs.push(name, value);
    return new LabelSet(pairs);
  }

  /** The set without the metric's name, type and unit: what operations that compute leave. */
  withoutName(): LabelSet {
    return (this.#nameless ??= this.filter((name) => !describesMetric(name)));
  }

  /** The bound of a histogram's bucket, empty where there is none, and the other labels. */
  get bucket(): Bucket {
    return (this.#bucket ??= bucketOf(this.get('le'), this.filter((name) => name !== 'le')));
  }

  /** These labels and a bound. All that are made so have the very same others. */
  withBound(le: string): LabelSet {
    const set = this.with('le', le);
    if (set !== this) set.#bucket = bucketOf(le, this.bucket.others);
    return set;
  }

  /** A plain object, names in order: the same one each time. */
  toObject(): Readonly<Record<string, string>> {
    return (this.#object ??= Object.freeze(Object.fromEntries(this.#entries())));
  }

  *#entries(): Generator<readonly [string, string]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i] as string, this.pairs[i + 1] as string];
  }
}

/** A bucket of a histogram. */
export interface Bucket {
  /** Its bound as it is written; empty where there is none. */
  readonly le: string;
  /** The number of that: where it comes among its histogram's. What is no number comes last, and what has no bound first. */
  readonly bound: number;
  readonly others: LabelSet;
}

function bucketOf(le: string, others: LabelSet): Bucket {
  const bound = le === '' ? -Number.MAX_VALUE : Number(le);
  return { le, bound: Number.isFinite(bound) ? bound : Number.MAX_VALUE, others };
}

function hashOf(texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash | 0;
}

/** The label that holds the metric's name. */
export const nameLabel = '__name__';

const describesMetric = (label: string): boolean => label === nameLabel || label === '__type__' || label === '__unit__';

/** Prometheus' order of label sets: name by name, value by value; a set that is a prefix comes first. */
export function compareLabels(a: LabelSet, b: LabelSet): number {
  const [one, other] = [a.rank, b.rank];
  if (one !== null && other !== null) return one < other ? -1 : one > other ? 1 : 0;
  const length = Math.min(a.pairs.length, b.pairs.length);
  for (let i = 0; i < length; i++) {
    const order = compareText(a.pairs[i] as string, b.pairs[i] as string);
    if (order !== 0) return order;
  }
  return a.pairs.length - b.pairs.length;
}
