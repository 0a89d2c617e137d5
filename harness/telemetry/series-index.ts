import { assert } from '../../src/kernel/assert.ts';
import { compareLabels, nameLabel } from './labels.ts';
import type { Matcher } from './matchers.ts';
import type { SeriesSource } from './series.ts';

/** Series by the value of one label. */
type Postings = Map<string, SeriesSource[]>;

/** Finds series by matchers: postings by metric name from the start, postings by another label once it is asked for. */
export class SeriesIndex {
  readonly #all: SeriesSource[] = [];
  readonly #postings = new Map<string, Postings>([[nameLabel, new Map()]]);
  /** What parsed queries selected last: a query that is asked again finds the same series until new ones of its metric come. */
  readonly #answers = new WeakMap<readonly Matcher[], { readonly found: readonly SeriesSource[]; readonly among: number }>();

  /** Series that are made only when somebody asks for their metric: a recording has tens of thousands, a run looks at a few. */
  readonly #later = new Map<string, () => void>();

  get count(): number {
    this.makeAll();
    return this.#all.length;
  }

  /** Promises series of one metric; `make` adds them. */
  addLater(metric: string, make: () => void): void {
    assert(!this.#later.has(metric), `series of ${metric} are promised twice`);
    this.#later.set(metric, make);
  }

  /** Makes all series that were promised. */
  makeAll(): void {
    for (const metric of this.#later.keys()) this.#make(metric);
  }

  add(series: SeriesSource): void {
    this.#all.push(series);
    for (const [label, byValue] of this.#postings) file(byValue, series.label(label), series);
  }

  /** The series that every matcher accepts, in order of labels. */
  select(matchers: readonly Matcher[]): readonly SeriesSource[] {
    const known = this.#answers.get(matchers);
    if (known?.among === this.#among(matchers)) return known.found;
    const found = this.#find(matchers);
    this.#answers.set(matchers, { found, among: this.#among(matchers) });
    return found;
  }

  /** How many series there are of the metric that is asked for; of all where none is. */
  #among(matchers: readonly Matcher[]): number {
    const exact = exactName(matchers);
    return exact ? (this.#postings.get(nameLabel)?.get(exact.value)?.length ?? 0) : this.#all.length;
  }

  /** A selection is mostly a small part of its metric's series, so only it is put in order. */
  #find(matchers: readonly Matcher[]): readonly SeriesSource[] {
    const { postings, left } = this.#narrow(matchers);
    const accepts = (series: SeriesSource) => left.every((matcher) => matcher.test(series.label(matcher.label)));
    return postings.flatMap((posting) => posting.filter(accepts)).sort((a, b) => compareLabels(a.labels, b.labels));
  }

  /** The postings to scan, of the metric name where it is bound, else of the first bound label, else all; and the matchers that are left for them. */
  #narrow(matchers: readonly Matcher[]): { readonly postings: readonly SeriesSource[][]; readonly left: readonly Matcher[] } {
    const names = this.#postings.get(nameLabel) as Postings;
    const exact = exactName(matchers);
    const bound = exact ?? matchers.find(({ op, value }) => op === '=' && value !== '');
    if (exact) this.#make(exact.value);
    else this.makeAll();
    if (bound) return { postings: [this.#postingsOf(bound.label).get(bound.value) ?? []], left: matchers.filter((matcher) => matcher !== bound) };
    const [ofName, left] = [matchers.filter(({ label }) => label === nameLabel), matchers.filter(({ label }) => label !== nameLabel)];
    return { postings: [...names].filter(([name]) => ofName.every((matcher) => matcher.test(name))).map(([, posting]) => posting), left };
  }

  #make(metric: string): void {
    const make = this.#later.get(metric);
    this.#later.delete(metric);
    make?.();
  }

  #postingsOf(label: string): Postings {
    let byValue = this.#postings.get(label);
    if (!byValue) {
      byValue = new Map();
      for (const series of this.#all) file(byValue, series.label(label), series);
      this.#postings.set(label, byValue);
    }
    return byValue;
  }
}

const exactName = (matchers: readonly Matcher[]): Matcher | undefined => matchers.find(({ label, op }) => label === nameLabel && op === '=');

function file(byValue: Postings, value: string, series: SeriesSource): void {
  const posting = byValue.get(value);
  if (posting) posting.push(series);
  else byValue.set(value, [series]);
}
