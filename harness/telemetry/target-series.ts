import type { Labels, SeriesRef } from './contract.ts';
import type { LabelTable } from './label-table.ts';
import type { LabelSet } from './labels.ts';
import type { SampleRows } from './sample-rows.ts';
import type { Samples } from './samples.ts';
import { ScrapedSeries } from './series.ts';
import { SeriesByLabels } from './series-by-labels.ts';
import type { SeriesIndex } from './series-index.ts';

/** Where series are filed, and what they get. */
export interface Filing {
  readonly index: SeriesIndex;
  readonly labels: LabelTable;
  /** Samples that so many series have; `capacity` is how many values will come, where that is known. */
  readonly samplesOf: (series: number, capacity?: number) => Samples;
}

/** The series of a target, by reference and by labels. */
export class TargetSeries {
  /** In order of registration: a reference is a place in it. */
  readonly all: ScrapedSeries[] = [];
  /** Where the samples of each go: what a scrape needs, without a look at the series. */
  readonly rows: SampleRows[] = [];
  /** Those of restored series are filled in when first asked for. */
  readonly #refs = new SeriesByLabels((ref) => (this.all[ref] as ScrapedSeries).shared);
  readonly #ownLabels: LabelSet;
  readonly #filing: Filing;

  /** `own` are the labels that the target gives each of them. */
  constructor(own: Labels, filing: Filing) {
    this.#ownLabels = filing.labels.own(own);
    this.#filing = filing;
  }

  /** The series with this name and these labels; a new one where there is none. */
  of(name: string, labels: Labels): SeriesRef {
    this.#indexRestored();
    const set = this.#filing.labels.of(name, this.#withoutOwn(labels));
    return this.#refs.find(set) ?? this.#register(set, this.#filing.samplesOf(1));
  }

  /** The same for all buckets of a histogram; new ones have samples in common. */
  buckets(name: string, labels: Labels, bounds: readonly string[]): readonly SeriesRef[] {
    this.#indexRestored();
    const sets = this.#filing.labels.buckets(name, this.#withoutOwn(labels), bounds);
    const known = sets.map((set) => this.#refs.find(set));
    const samples = this.#filing.samplesOf(known.filter((ref) => ref === undefined).length);
    return sets.map((set, i) => known[i] ?? this.#register(set, samples));
  }

  /** Series of a snapshot, of which there are none yet, and the samples that they have in common. */
  restored(labels: readonly LabelSet[], capacity: number): Samples {
    const samples = this.#filing.samplesOf(labels.length, capacity);
    for (const each of labels) this.#add(this.#ownLabels.size === 0 ? each : each.filter((name) => this.#ownLabels.get(name) === ''), samples);
    return samples;
  }

  /** From now on these have samples in common. */
  join(refs: readonly SeriesRef[], samples: Samples): void {
    for (const ref of refs) {
      (this.all[ref] as ScrapedSeries).samples = samples;
      this.rows[ref] = samples.rows;
    }
  }

  /** The target's labels win where both have one. */
  #withoutOwn(labels: Labels): Labels {
    if (this.#ownLabels.size === 0 || !('job' in labels || 'instance' in labels)) return labels;
    const { job: _, instance: __, ...others } = labels;
    return others;
  }

  #register(labels: LabelSet, samples: Samples): SeriesRef {
    const ref = this.#add(labels, samples);
    this.#refs.add(labels, ref);
    return ref;
  }

  #add(labels: LabelSet, samples: Samples): SeriesRef {
    const series = new ScrapedSeries({ shared: labels, own: this.#ownLabels, table: this.#filing.labels }, samples);
    this.#filing.index.add(series);
    this.rows.push(samples.rows);
    return this.all.push(series) - 1;
  }

  #indexRestored(): void {
    this.#filing.index.makeAll();
    for (let ref = this.#refs.size; ref < this.all.length; ref++) this.#refs.add((this.all[ref] as ScrapedSeries).shared, ref);
  }
}
