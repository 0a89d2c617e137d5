import type { Millis } from '../../src/kernel/clock.ts';
import { upperBound, type Run, type ScrapeTimes, type StaleMark } from './columns.ts';
import type { LabelSet } from './labels.ts';
import type { PackedColumn, SampleScratch } from './packed-column.ts';

/** Samples of one series in order of time; staleness is beside them, since NaN is a value. */
export interface SeriesView {
  /** Series that were there at the same scrapes of a target share one list. */
  readonly times: Float64Array;
  /** A value for each time; what lies behind means nothing. */
  readonly values: Float64Array;
  /** Stale markers in order of time. */
  readonly stale: readonly StaleMark[];
  /** Whether a value may be lower than the one before it; `false` is certain. */
  readonly falls: boolean;
}

/** Which samples are wanted, and where to put them. */
export interface ViewOptions {
  /** Samples up to and including this instant may be left out, with their stale markers. */
  readonly fromMs?: Millis;
  /** Then the values are good only until the scratch is used again. */
  readonly scratch?: SampleScratch;
}

/** A stored series, whatever its layout. */
export interface SeriesSource {
  readonly labels: LabelSet;
  /** Its samples up to and including an instant. */
  readonly view: (untilMs: Millis, options?: ViewOptions) => SeriesView;
}

const noMarks: readonly StaleMark[] = [];
const nothing: SeriesView = { times: new Float64Array(0), values: new Float64Array(0), stale: noMarks, falls: false };

/**
 * A series on its target's scrape times. Values are dense; a series that pauses has several runs. Staleness is
 * implicit: the first scrape after a run that does not carry the series is its stale marker, as in Prometheus.
 */
export class ScrapedSeries implements SeriesSource {
  readonly labels: LabelSet;
  #times: ScrapeTimes;
  #values: PackedColumn;
  #firstScrape = -1;
  /** The runs after the first: scrape index and offset of the first value, in turn. Most series never pause. */
  #laterRuns: number[] | undefined;
  #lastScrape = -2;

  constructor(labels: LabelSet, times: ScrapeTimes, values: PackedColumn) {
    this.labels = labels;
    this.#times = times;
    this.#values = values;
  }

  /** Whether it has no sample at all. */
  get isEmpty(): boolean {
    return this.#firstScrape < 0;
  }

  /** Whether the series has a sample at this scrape. */
  isIn(scrape: number): boolean {
    return this.#lastScrape === scrape;
  }

  /** Whether the newest run began at this scrape. */
  beganAt(scrape: number): boolean {
    return (this.#laterRuns?.at(-2) ?? this.#firstScrape) === scrape;
  }

  /** Writes the sample of a scrape; says whether it is the first one of that scrape. */
  set(scrape: number, value: number): boolean {
    if (this.#lastScrape === scrape) {
      this.#values.replaceLast(value);
      return false;
    }
    if (this.#lastScrape !== scrape - 1) this.#startRun(scrape);
    this.#values.push(value);
    this.#lastScrape = scrape;
    return true;
  }

  /** Takes the sample of the newest scrape back: the scrape failed after all. */
  retract(scrape: number): void {
    if (this.#lastScrape !== scrape) return;
    if (this.beganAt(scrape)) {
      if (this.#laterRuns) this.#laterRuns.length -= 2;
      else this.#firstScrape = -1;
      if (this.#laterRuns?.length === 0) this.#laterRuns = undefined;
    }
    this.#values.dropLast();
    const last = this.#runs().at(-1);
    this.#lastScrape = last ? last.scrape + last.length - 1 : -2;
  }

  /** The runs as scrape index of the first value, and the values. */
  runs(): { readonly scrape: number; readonly values: Float64Array }[] {
    return this.#runs().map(({ scrape, offset, length }) => ({ scrape, values: this.#values.read(offset, offset + length) }));
  }

  /** Moves to other columns, without the first so many scrapes. */
  forget(scrapes: number, times: ScrapeTimes, values: PackedColumn): void {
    const runs = this.runs();
    this.#times = times;
    this.#values = values;
    this.#firstScrape = -1;
    this.#laterRuns = undefined;
    this.#lastScrape = -2;
    for (const run of runs) {
      for (let i = Math.max(0, scrapes - run.scrape); i < run.values.length; i++) this.set(run.scrape + i - scrapes, run.values[i] as number);
    }
  }

  view(untilMs: Millis, options: ViewOptions = {}): SeriesView {
    if (this.#firstScrape < 0) return nothing;
    return this.#laterRuns ? this.#broken(untilMs, options) : this.#whole(untilMs, options);
  }

  /** A series that never paused. */
  #whole(untilMs: Millis, { fromMs = -Infinity, scratch }: ViewOptions): SeriesView {
    const first = this.#firstScrape;
    const behind = first + this.#values.count;
    const asked = this.#times.within(fromMs, untilMs);
    const from = Math.max(first, asked.first);
    const to = Math.min(behind, asked.end);
    if (from >= to) return nothing;
    const ended = behind < asked.end;
    return {
      times: this.#times.stretch(from, to),
      values: this.#values.read(from - first, to - first, scratch),
      stale: ended ? [{ after: to - from - 1, atMs: this.#times.at(behind) }] : noMarks,
      falls: this.#values.falls,
    };
  }

  /** A series with pauses. */
  #broken(untilMs: Millis, { fromMs = -Infinity, scratch }: ViewOptions): SeriesView {
    const runs = this.#runs();
    const all = this.#times.dense(runs);
    const from = upperBound(all, all.length, fromMs);
    const to = upperBound(all, all.length, untilMs);
    if (from >= to) return nothing;
    const stale = this.#marks(runs, untilMs).flatMap(({ after, atMs }) => (after < from ? [] : [{ after: after - from, atMs }]));
    return { times: to - from === all.length ? all : all.subarray(from, to), values: this.#values.read(from, to, scratch), stale, falls: this.#values.falls };
  }

  #startRun(scrape: number): void {
    if (this.#firstScrape < 0) this.#firstScrape = scrape;
    else (this.#laterRuns ??= []).push(scrape, this.#values.count);
  }

  #runs(): Run[] {
    if (this.#firstScrape < 0) return [];
    const later = this.#laterRuns;
    const count = this.#values.count;
    if (!later) return [{ scrape: this.#firstScrape, offset: 0, length: count }];
    const runs: Run[] = [{ scrape: this.#firstScrape, offset: 0, length: later[1] as number }];
    for (let i = 0; i < later.length; i += 2) {
      const offset = later[i + 1] as number;
      runs.push({ scrape: later[i] as number, offset, length: (later[i + 3] ?? count) - offset });
    }
    return runs;
  }

  #marks(runs: readonly Run[], untilMs: Millis): readonly StaleMark[] {
    const marks: StaleMark[] = [];
    for (const { scrape, offset, length } of runs) {
      if (scrape + length >= this.#times.count) break;
      const atMs = this.#times.at(scrape + length);
      if (atMs <= untilMs) marks.push({ after: offset + length - 1, atMs });
    }
    return marks;
  }
}

/** A series with times of its own, written sample by sample in any order: rules, imports, tests. */
export class LooseSeries implements SeriesSource {
  readonly labels: LabelSet;
  readonly #times: number[] = [];
  readonly #values: (number | 'stale')[] = [];
  #whole: SeriesView | undefined;

  constructor(labels: LabelSet) {
    this.labels = labels;
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
