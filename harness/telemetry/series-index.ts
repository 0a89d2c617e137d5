import { assert } from '../../src/kernel/assert.ts';
import { compareLabels, nameLabel } from './labels.ts';
import type { Matcher } from './matchers.ts';
import type { SeriesSource } from './series.ts';

interface Posting {
  readonly series: SeriesSource[];
  sorted: boolean;
}

/** Finds series by matchers: postings by metric name from the start, postings by another label once it is asked for. */
export class SeriesIndex {
  readonly #all: SeriesSource[] = [];
  readonly #postings = new Map<string, Map<string, Posting>>([[nameLabel, new Map()]]);
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
    return exact === undefined ? this.#all.length : (this.#postings.get(nameLabel)?.get(exact)?.series.length ?? 0);
  }

  #find(matchers: readonly Matcher[]): readonly SeriesSource[] {
    const postings = this.#narrow(matchers);
    const accepts = (series: SeriesSource) => matchers.every((matcher) => matcher.test(series.label(matcher.label)));
    const found = postings.flatMap((posting) => inOrder(posting).filter(accepts));
    return postings.length > 1 ? found.sort((a, b) => compareLabels(a.labels, b.labels)) : found;
  }

  /** The postings to scan: of the metric name where it is bound, else of the first bound label, else all. */
  #narrow(matchers: readonly Matcher[]): Posting[] {
    const names = this.#postings.get(nameLabel) as Map<string, Posting>;
    const exact = exactName(matchers);
    if (exact !== undefined) {
      this.#make(exact);
      return present([names.get(exact)]);
    }
    this.makeAll();
    const byName = matchers.filter(({ label }) => label === nameLabel);
    const bound = matchers.find(({ op, value }) => op === '=' && value !== '');
    if (bound) return present([this.#postingsOf(bound.label).get(bound.value)]);
    return [...names].filter(([name]) => byName.every((matcher) => matcher.test(name))).map(([, posting]) => posting);
  }

  #make(metric: string): void {
    const make = this.#later.get(metric);
    this.#later.delete(metric);
    make?.();
  }

  #postingsOf(label: string): Map<string, Posting> {
    let byValue = this.#postings.get(label);
    if (!byValue) {
      byValue = new Map();
      for (const series of this.#all) file(byValue, series.label(label), series);
      this.#postings.set(label, byValue);
    }
    return byValue;
  }
}

const exactName = (matchers: readonly Matcher[]): string | undefined => matchers.find(({ label, op }) => label === nameLabel && op === '=')?.value;

function file(byValue: Map<string, Posting>, value: string, series: SeriesSource): void {
  const posting = byValue.get(value);
  if (!posting) byValue.set(value, { series: [series], sorted: true });
  else {
    posting.series.push(series);
    posting.sorted = false;
  }
}

function inOrder(posting: Posting): readonly SeriesSource[] {
  if (!posting.sorted) posting.series.sort((a, b) => compareLabels(a.labels, b.labels));
  posting.sorted = true;
  return posting.series;
}

const present = (postings: readonly (Posting | undefined)[]): Posting[] => postings.filter((posting) => posting !== undefined);
