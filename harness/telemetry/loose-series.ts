import type { Millis } from '../../src/kernel/clock.ts';
import { upperBound, type StaleMark } from './columns.ts';
import type { LabelSet } from './labels.ts';
import type { SeriesSource, SeriesView } from './series.ts';

/** A series with times of its own, written sample by sample in any order: rules, imports, tests. */
export class LooseSeries implements SeriesSource {
  readonly labels: LabelSet;
  readonly #times: number[] = [];
  readonly #values: (number | 'stale')[] = [];
  #whole: SeriesView | undefined;

  constructor(labels: LabelSet) {
    this.labels = labels;
  }

  label(name: string): string {
    return this.labels.get(name);
  }

  /** Adds one sample, or a stale marker; a second one at the same instant replaces the first. */
  append(atMs: Millis, value: number | 'stale'): void {
    let index = this.#times.length;
    while (index > 0 && (this.#times[index - 1] as number) >= atMs) index--;
    const replaced = this.#times[index] === atMs ? 1 : 0;
    this.#times.splice(index, replaced, atMs);
    this.#values.splice(index, replaced, value);
    this.#whole = undefined;
  }

  /** Drops what is older. */
  forget(beforeMs: Millis): void {
    const old = this.#times.findIndex((atMs) => atMs >= beforeMs);
    const count = old < 0 ? this.#times.length : old;
    this.#times.splice(0, count);
    this.#values.splice(0, count);
    this.#whole = undefined;
  }

  /** Samples and stale markers as they were written. */
  entries(): readonly (readonly [Millis, number | 'stale'])[] {
    return this.#times.map((atMs, i) => [atMs, this.#values[i] as number | 'stale'] as const);
  }

  view(untilMs: Millis): SeriesView {
    const { times, values, stale, falls } = (this.#whole ??= this.#build());
    const count = upperBound(times, times.length, untilMs);
    return { times: times.subarray(0, count), values: values.subarray(0, count), stale: stale.filter(({ atMs }) => atMs <= untilMs), falls };
  }

  #build(): SeriesView {
    const times: number[] = [];
    const values: number[] = [];
    const stale: StaleMark[] = [];
    for (const [atMs, value] of this.entries()) {
      if (value === 'stale') stale.push({ after: times.length - 1, atMs });
      else {
        times.push(atMs);
        values.push(value);
      }
    }
    return { times: Float64Array.from(times), values: Float64Array.from(values), stale, falls: values.some((value, i) => i > 0 && value < (values[i - 1] as number)) };
  }
}
