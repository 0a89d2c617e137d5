import type { SeriesRef } from '../../../telemetry/contract.ts';
import type { Page } from './instruments.ts';

/** What a program has flushed: the page shows it as it was then, until the next time. */
export class FlushedPage implements Page {
  /** A sample, or the row of a histogram. */
  readonly #shown = new Map<SeriesRef, number | Float64Array>();
  /** What was flushed, or taken off, since it was last written. */
  readonly #news = new Set<SeriesRef>();

  set(ref: SeriesRef, value: number): void {
    this.#shown.set(ref, value);
    this.#news.add(ref);
  }

  setRow(ref: SeriesRef, row: Float64Array): void {
    const shown = this.#shown.get(ref);
    if (shown instanceof Float64Array && shown.length === row.length) shown.set(row);
    else this.#shown.set(ref, row.slice());
    this.#news.add(ref);
  }

  drop(ref: SeriesRef): void {
    this.#shown.delete(ref);
    this.#news.add(ref);
  }

  /** Writes all that is shown. */
  write(page: Page): void {
    for (const ref of this.#shown.keys()) this.#show(ref, page);
    this.#news.clear();
  }

  /** Writes what was flushed since the last time. */
  writeChanges(page: Page): void {
    for (const ref of this.#news) this.#show(ref, page);
    this.#news.clear();
  }

  #show(ref: SeriesRef, page: Page): void {
    const shown = this.#shown.get(ref);
    if (shown === undefined) page.drop(ref);
    else if (typeof shown === 'number') page.set(ref, shown);
    else page.setRow(ref, shown);
  }
}
