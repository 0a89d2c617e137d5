import { assert, Bug, defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { ScrapeTimes } from './columns.ts';
import type { Labels, ScrapeTarget, SeriesRef } from './contract.ts';
import type { LabelTable } from './label-table.ts';
import type { LabelSet } from './labels.ts';
import { PackedRows, type RowMemory } from './packed-rows.ts';
import type { SeriesIndex } from './series-index.ts';
import { type Carry, SampleRows } from './sample-rows.ts';
import { Samples } from './samples.ts';
import type { ScrapedSeries } from './series.ts';
import { TargetSeries } from './target-series.ts';

const reportNames = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'scrape_samples_post_metric_relabeling', 'scrape_series_added'] as const;

/** Most series hardly change, and what repeats is not written again. */
const firstCapacity = 4;

/** What the targets of a store have in common. */
export interface Common {
  readonly index: SeriesIndex;
  readonly labels: LabelTable;
  readonly memory: RowMemory;
}

/** One target of a {@link MetricStore}: its scrape times and its series. */
export class StoredTarget implements ScrapeTarget {
  readonly job: string;
  readonly instance: string;
  /** Whether its series carry job and instance themselves. */
  readonly bare: boolean;
  #times: ScrapeTimes;
  #memory: RowMemory;
  readonly #registered: TargetSeries;
  readonly #series: readonly ScrapedSeries[];
  readonly #rows: readonly SampleRows[];
  readonly #index: SeriesIndex;
  #reports: readonly SeriesRef[] | undefined;
  #scrape = -1;
  #open = false;
  #samples = 0;
  #added = 0;
  /** The series that go on by themselves, and up to where. */
  readonly #carry: Carry = { through: -2 };
  #carried = 0;

  constructor({ job, instance, bare }: { job: string; instance: string; bare: boolean }, { index, labels, memory }: Common) {
    this.job = job;
    this.instance = instance;
    this.bare = bare;
    this.#times = new ScrapeTimes(memory.pool);
    this.#index = index;
    this.#memory = memory;
    this.#registered = new TargetSeries(bare ? {} : { job, instance }, { index, labels, samplesOf: (series, capacity) => this.#samplesOf(series, capacity) });
    this.#series = this.#registered.all;
    this.#rows = this.#registered.rows;
  }

  /** When it was scraped. */
  get times(): ScrapeTimes {
    return this.#times;
  }

  /** Registers a series; the same name and labels give the same reference. */
  series(name: string, labels: Labels): SeriesRef {
    return this.#registered.of(name, labels);
  }

  /** The same for all buckets of a histogram. */
  buckets(name: string, labels: Labels, bounds: readonly string[]): readonly SeriesRef[] {
    return this.#registered.buckets(name, labels, bounds);
  }

  begin(atMs: Millis): void {
    assert(!this.#open, `scrape of ${this.job} ${this.instance} begun twice`);
    assert(this.times.count === 0 || atMs > this.times.at(this.times.count - 1), `scrape of ${this.job} ${this.instance} goes back in time`);
    this.times.push(atMs);
    this.#scrape++;
    this.#open = true;
    this.#samples = 0;
    this.#added = 0;
  }

  carry(): void {
    assert(this.#open && this.#samples === 0, `scrape of ${this.job} ${this.instance} is carried on too late`);
    if (this.#carry.through !== this.#scrape - 1) this.#carryAllOf(this.#scrape - 1);
    this.#carry.through = this.#scrape;
    this.#samples = this.#carried;
  }

  set(ref: SeriesRef, value: number): void {
    const rows = this.#rows[ref];
    // The sentence is made only for a bug: this runs for every sample.
    if (!this.#open || rows === undefined) throw new Bug(`sample outside a scrape of ${this.job} ${this.instance}`);
    if (rows.values.width > 1) throw new Bug(`one sample for ${rows.values.width} of ${this.job} ${this.instance}`);
    this.#note(rows, rows.set(this.#scrape, value));
  }

  setRow(ref: SeriesRef, values: Float64Array): void {
    const rows = this.#rows[ref];
    if (!this.#open || rows === undefined) throw new Bug(`samples outside a scrape of ${this.job} ${this.instance}`);
    this.#note(rows, rows.setRow(this.#scrape, values));
  }

  drop(ref: SeriesRef): void {
    const rows = defined(this.#rows[ref], 'dropped series');
    // It was in the scrape before; in this one it is not.
    if (!rows.carryNoMore(this.#scrape - 1)) return;
    this.#carried -= rows.series;
    if (this.#carry.through === this.#scrape) this.#samples -= rows.series;
  }

  join(refs: readonly SeriesRef[]): void {
    const joined = refs.map((ref) => defined(this.#series[ref], 'joined series'));
    const rows = new Set(joined.map(({ samples }) => samples.rows));
    assert(joined.every(({ samples }) => samples.isEmpty) && [...rows].reduce((sum, { series }) => sum + series, 0) === joined.length, `series of ${this.job} ${this.instance} join too late`);
    this.#registered.join(refs, this.#samplesOf(joined.length));
  }

  part(refs: readonly SeriesRef[]): number {
    const parting = refs.map((ref) => defined(this.#series[ref], 'parting series'));
    const samples = defined(parting[0], 'first of the parting series').samples.part(parting.length);
    for (const series of parting) series.samples = samples;
    return samples.column;
  }

  end(outcome: { readonly up: boolean; readonly durationSeconds: number }): void {
    assert(this.#open, `scrape of ${this.job} ${this.instance} ended before it began`);
    if (!outcome.up) this.#retractAll();
    else if (this.#carry.through !== this.#scrape) this.#carryNoMore();
    if (!this.bare) this.#report(outcome);
    this.#open = false;
  }

  /** Puts back the scrape times of a snapshot; only for a target without scrapes. */
  restoreTimes(timesMs: readonly Millis[]): void {
    assert(this.times.count === 0, `target ${this.job} ${this.instance} already has scrapes`);
    for (const atMs of timesMs) this.times.push(atMs);
    this.#scrape = timesMs.length - 1;
  }

  /** Registers series of a snapshot that have the same samples, to be filled scrape by scrape; labels include `__name__`, `capacity` is how many values will come. */
  restoreSeries(labels: readonly LabelSet[], capacity: number): Samples {
    return this.#registered.restored(labels, capacity);
  }

  /** Moves to other memory without what is older. A series of which nothing is left stays registered, so that references stay good. */
  forget(beforeMs: Millis, memory: RowMemory): void {
    assert(!this.#open, `scrape of ${this.job} ${this.instance} is under way`);
    const old = this.#times.within(-Infinity, beforeMs - 1).end;
    const times = new ScrapeTimes(memory.pool);
    for (let scrape = old; scrape < this.#times.count; scrape++) times.push(this.#times.at(scrape));
    this.#carryNoMore();
    this.#carry.through = -2;
    for (const rows of new Set(this.allSeries().map(({ samples }) => samples.rows))) rows.forget(old, times, new PackedRows(memory, times.count));
    this.#times = times;
    this.#memory = memory;
    this.#scrape -= old;
  }

  /** Its series in order of registration. */
  allSeries(): readonly ScrapedSeries[] {
    this.#index.makeAll();
    return this.#series;
  }

  /** Samples that so many series will have. */
  #samplesOf(series: number, capacity = firstCapacity): Samples {
    return new Samples(new SampleRows(this.#times, new PackedRows(this.#memory, capacity), series), 0, series);
  }

  /** Counts samples that were written. */
  #note(rows: SampleRows, known: 'again' | 'first' | 'begins'): void {
    if (known === 'again') return;
    this.#samples += rows.series;
    if (known === 'begins') this.#added += rows.series;
    if (this.#carry.through === this.#scrape) this.#carryOn(rows, rows.series);
  }

  #retractAll(): void {
    const carried = this.#carry.through === this.#scrape;
    if (carried) this.#carry.through--;
    if (carried || this.#samples > 0) for (const rows of this.#rows) rows.retract(this.#scrape);
    this.#carryNoMore();
    this.#samples = 0;
    this.#added = 0;
  }

  /** Every series of a scrape goes on from now on. */
  #carryAllOf(scrape: number): void {
    this.#carryNoMore();
    const reports = new Set(this.bare ? [] : this.#reportRefs());
    this.#rows.forEach((rows, ref) => {
      if (rows.isIn(scrape) && !reports.has(ref)) this.#carryOn(rows, 1);
    });
  }

  /** So many series go on from now on. */
  #carryOn(rows: SampleRows, series: number): void {
    rows.carryOn(this.#carry);
    this.#carried += series;
  }

  #carryNoMore(): void {
    if (this.#carried > 0) for (const rows of this.#rows) rows.carryNoMore();
    this.#carried = 0;
  }

  #report({ up, durationSeconds }: { readonly up: boolean; readonly durationSeconds: number }): void {
    const [samples, added] = [this.#samples, this.#added];
    const refs = this.#reportRefs();
    [up ? 1 : 0, durationSeconds, samples, samples, added].forEach((value, i) => this.#rows[refs[i] as SeriesRef]?.set(this.#scrape, value));
  }

  /** What a scrape says of itself, which no scrape carries on. */
  #reportRefs(): readonly SeriesRef[] {
    return (this.#reports ??= reportNames.map((name) => this.series(name, {})));
  }
}
