import type { Millis } from '../../src/kernel/clock.ts';
import { upperBound, type Run, type ScrapeTimes, type StaleMark } from './columns.ts';
import type { Levels } from './levels.ts';
import type { PackedColumn } from './packed-column.ts';
import type { SeriesView, ViewOptions } from './series.ts';

/** Up to which scrape a target's series go on with the values that they have. */
export interface Carry {
  through: number;
}

const noMarks: readonly StaleMark[] = [];
const nothing: SeriesView = { times: new Float64Array(0), values: new Float64Array(0), stale: noMarks, falls: false };

/**
 * The samples of a series on its target's scrape times. Values are dense; a series that pauses has several runs. Staleness is
 * implicit: the first scrape after a run that does not carry the series is its stale marker, as in Prometheus.
 * A carried series goes on with its newest value, and nothing is written until that changes. Series that never differed
 * may have the very same samples.
 */
export class Samples {
  /** How many series these are the samples of. */
  series = 1;
  #times: ScrapeTimes;
  #values: PackedColumn;
  #firstScrape = -1;
  /** The runs after the first: scrape index and offset of the first value, in turn. Most series never pause. */
  #laterRuns: number[] | undefined;
  /** The newest scrape that was written. */
  #lastWritten = -2;
  #carry: Carry | undefined;

  constructor(times: ScrapeTimes, values: PackedColumn) {
    this.#times = times;
    this.#values = values;
  }

  /** The same samples once more, to go on otherwise. */
  copy(): Samples {
    const copy = new Samples(this.#times, this.#values.copy());
    copy.#firstScrape = this.#firstScrape;
    copy.#laterRuns = this.#laterRuns && [...this.#laterRuns];
    copy.#lastWritten = this.#lastWritten;
    copy.#carry = this.#carry;
    return copy;
  }

  /** Whether there is none at all. */
  get isEmpty(): boolean {
    return this.#firstScrape < 0;
  }

  /** Whether the series has a sample at this scrape. */
  isIn(scrape: number): boolean {
    return this.#lastScrape === scrape;
  }

  /** From now on it goes on by itself. */
  carryOn(carry: Carry): void {
    this.#carry = carry;
  }

  /** It goes on no more; what was carried so far stays, up to a scrape. True where it did. */
  carryNoMore(through = Infinity): boolean {
    if (!this.#carry) return false;
    this.#fill(Math.min(through, this.#carry.through));
    this.#carry = undefined;
    return true;
  }

  /** Writes the sample of a scrape; says whether it is the first one of that scrape, and whether a run begins with it. */
  set(scrape: number, value: number): 'again' | 'first' | 'begins' {
    const through = this.#carry === undefined ? -2 : this.#carry.through;
    const carried = through >= scrape;
    const behind = carried ? scrape - 1 : through;
    if (behind > this.#lastWritten) this.#fill(behind);
    if (this.#lastWritten === scrape) {
      this.#values.replaceLast(value);
      return 'again';
    }
    const begins = this.#lastWritten !== scrape - 1;
    if (begins) this.#startRun(scrape);
    this.#values.push(value);
    this.#lastWritten = scrape;
    return carried ? 'again' : begins ? 'begins' : 'first';
  }

  /** Takes the sample of the newest scrape back: the scrape failed after all. */
  retract(scrape: number): void {
    if (this.#lastWritten !== scrape) return;
    // Up to the scrape before, all was written.
    this.#carry = undefined;
    if (this.#beganAt(scrape)) {
      if (this.#laterRuns) this.#laterRuns.length -= 2;
      else this.#firstScrape = -1;
      if (this.#laterRuns?.length === 0) this.#laterRuns = undefined;
    }
    this.#values.dropLast();
    const last = this.#runs().at(-1);
    this.#lastWritten = last ? last.scrape + last.length - 1 : -2;
  }

  /** How many values are held; what is carried takes none. */
  get held(): number {
    return this.#values.count;
  }

  /** The runs as scrape index of the first value, and the values. */
  runs(): { readonly scrape: number; readonly values: Float64Array }[] {
    return this.#runs().map(({ scrape, offset, length }) => ({ scrape, values: this.#values.read(offset, offset + length) }));
  }

  /** Puts all of them into levels. */
  levels(levels: Levels): void {
    levels.begin(this.#firstScrape);
    if (!this.#laterRuns) this.#values.levels(this.#count, levels);
    else {
      for (const { scrape, values } of this.runs()) {
        if (levels.count > 0) levels.addGap(scrape - this.#firstScrape - levels.scrapes);
        for (const value of values) levels.add(value, 1);
      }
    }
  }

  /** Moves to other columns, without the first so many scrapes. It must not be carried. */
  forget(scrapes: number, times: ScrapeTimes, values: PackedColumn): void {
    const runs = this.runs();
    this.#times = times;
    this.#values = values;
    this.#firstScrape = -1;
    this.#laterRuns = undefined;
    this.#lastWritten = -2;
    for (const run of runs) {
      for (let i = Math.max(0, scrapes - run.scrape); i < run.values.length; i++) this.set(run.scrape + i - scrapes, run.values[i] as number);
    }
  }

  /** Those up to and including an instant. */
  view(untilMs: Millis, options: ViewOptions = {}): SeriesView {
    if (this.#firstScrape < 0) return nothing;
    return this.#laterRuns ? this.#broken(untilMs, options) : this.#whole(untilMs, options);
  }

  /** The newest scrape in which it is. */
  get #lastScrape(): number {
    return this.#carry ? Math.max(this.#carry.through, this.#lastWritten) : this.#lastWritten;
  }

  /** How many samples there are, the carried ones too. */
  get #count(): number {
    return this.#values.count + this.#lastScrape - this.#lastWritten;
  }

  /** Writes what was carried up to a scrape. */
  #fill(through: number): void {
    if (through <= this.#lastWritten) return;
    this.#values.repeat(through - this.#lastWritten);
    this.#lastWritten = through;
  }

  #beganAt(scrape: number): boolean {
    return (this.#laterRuns?.at(-2) ?? this.#firstScrape) === scrape;
  }

  /** A series that never paused. */
  #whole(untilMs: Millis, { fromMs = -Infinity, scratch }: ViewOptions): SeriesView {
    const first = this.#firstScrape;
    const behind = first + this.#count;
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
    const count = this.#count;
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
