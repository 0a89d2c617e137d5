import type { Millis } from '../../src/kernel/clock.ts';
import { upperBound, type Run, type StaleMark } from './columns.ts';
import type { Levels } from './levels.ts';
import type { SampleRows } from './sample-rows.ts';
import type { SeriesView, ViewOptions } from './series.ts';

const noMarks: readonly StaleMark[] = [];
const nothing: SeriesView = { times: new Float64Array(0), values: new Float64Array(0), stale: noMarks, falls: false };

/**
 * The samples of a series on its target's scrape times: a column of rows. Staleness is implicit: the first scrape after a run
 * that does not carry the series is its stale marker, as in Prometheus. Series that never differed may have the very same samples.
 */
export class Samples {
  /** How many series these are the samples of. */
  series: number;
  readonly rows: SampleRows;
  readonly #column: number;

  constructor(rows: SampleRows, column: number, series: number) {
    this.rows = rows;
    this.#column = column;
    this.series = series;
  }

  /** From now on some of the series go their own way: these samples once more, as another column. */
  part(series: number): Samples {
    this.series -= series;
    return new Samples(this.rows, this.rows.values.addColumn(this.#column), series);
  }

  /** Which value of a row is of these. */
  get column(): number {
    return this.#column;
  }

  /** Whether there is none at all. */
  get isEmpty(): boolean {
    return this.rows.firstScrape < 0;
  }

  /** How many values are held; what is carried takes none. */
  get held(): number {
    return this.rows.values.count;
  }

  /** The runs as scrape index of the first value, and the values. */
  runs(): { readonly scrape: number; readonly values: Float64Array }[] {
    return this.rows.runs().map(({ scrape, offset, length }) => ({ scrape, values: this.rows.values.read(this.#column, { from: offset, to: offset + length }) }));
  }

  /** Puts all of them into levels. */
  levels(levels: Levels): void {
    const { rows } = this;
    levels.begin(rows.firstScrape);
    if (!rows.pauses) return rows.values.levels(this.#column, rows.count, levels);
    for (const { scrape, values } of this.runs()) {
      if (levels.count > 0) levels.addGap(scrape - rows.firstScrape - levels.scrapes);
      for (const value of values) levels.add(value, 1);
    }
  }

  /** Those up to and including an instant. */
  view(untilMs: Millis, options: ViewOptions = {}): SeriesView {
    const { rows } = this;
    if (this.isEmpty) return nothing;
    const asked = rows.times.within(options.fromMs ?? -Infinity, untilMs);
    if (!rows.pauses) return this.#ofRun({ scrape: rows.firstScrape, offset: 0, length: rows.count }, asked, options);
    const runs = rows.runs().filter(({ scrape, length }) => scrape < asked.end && scrape + length > asked.first);
    const [first] = runs;
    if (!first) return nothing;
    return runs.length === 1 ? this.#ofRun(first, asked, options) : this.#ofRuns(untilMs, options);
  }

  /** Those of the only run that is asked for. */
  #ofRun({ scrape, offset, length }: Run, asked: { readonly first: number; readonly end: number }, { scratch }: ViewOptions): SeriesView {
    const { times, values } = this.rows;
    const behind = scrape + length;
    const from = Math.max(scrape, asked.first);
    const to = Math.min(behind, asked.end);
    if (from >= to) return nothing;
    const place = offset - scrape;
    return {
      times: times.stretch(from, to),
      values: values.read(this.#column, { from: from + place, to: to + place }, scratch),
      stale: behind < asked.end ? [{ after: to - from - 1, atMs: times.at(behind) }] : noMarks,
      falls: values.falls(this.#column),
    };
  }

  /** Those of several runs. */
  #ofRuns(untilMs: Millis, { fromMs = -Infinity, scratch }: ViewOptions): SeriesView {
    const { times, values } = this.rows;
    const runs = this.rows.runs();
    const all = times.dense(runs);
    const from = upperBound(all, all.length, fromMs);
    const to = upperBound(all, all.length, untilMs);
    const stale = this.#marks(runs, untilMs).flatMap(({ after, atMs }) => (after < from ? [] : [{ after: after - from, atMs }]));
    return { times: to - from === all.length ? all : all.subarray(from, to), values: values.read(this.#column, { from, to }, scratch), stale, falls: values.falls(this.#column) };
  }

  #marks(runs: readonly Run[], untilMs: Millis): readonly StaleMark[] {
    const { times } = this.rows;
    const marks: StaleMark[] = [];
    for (const { scrape, offset, length } of runs) {
      if (scrape + length >= times.count) break;
      const atMs = times.at(scrape + length);
      if (atMs <= untilMs) marks.push({ after: offset + length - 1, atMs });
    }
    return marks;
  }
}
