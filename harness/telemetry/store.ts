import type { Millis } from '../../src/kernel/clock.ts';
import { ChunkStore } from './chunks.ts';
import { FloatPool } from './columns.ts';
import type { Labels, MetricMeta, MetricSink } from './contract.ts';
import { LabelSet } from './labels.ts';
import type { Matcher } from './matchers.ts';
import { SeriesIndex } from './series-index.ts';
import { LabelTable } from './label-table.ts';
import { LooseSeries } from './loose-series.ts';
import type { SeriesSource } from './series.ts';
import type { RowMemory } from './packed-rows.ts';
import { StoredTarget } from './target.ts';

/** A time-series store in memory: one shared column of scrape times per target, one value column per series. */
export class MetricStore implements MetricSink {
  readonly #targets = new Map<string, StoredTarget>();
  readonly #loose = new Map<string, LooseSeries>();
  readonly #index = new SeriesIndex();
  readonly #metadata = new Map<string, MetricMeta>();
  readonly #labels: LabelTable;
  #memory = newMemory();

  /** Stores that come one after the other and hold the same series may share a table. */
  constructor(labels = new LabelTable()) {
    this.#labels = labels;
  }

  /** The scrape target of this job and instance; the same one for the same pair. */
  target(job: string, instance: string): StoredTarget {
    return this.#targetOf(job, instance, false);
  }

  /**
   * A pseudo target whose series carry all their labels themselves (recorded rules, alerts): nothing is added to
   * them, and `end` writes no series about the scrape. The name tells several such targets apart.
   */
  bareTarget(job: string, name = ''): StoredTarget {
    return this.#targetOf(job, name, true);
  }

  /** Says what a metric is: its type and help. */
  describe(metric: string, meta: MetricMeta): void {
    this.#metadata.set(metric, meta);
  }

  /** Type and help of every metric that was described, in order of names. */
  metadata(): ReadonlyMap<string, MetricMeta> {
    return new Map([...this.#metadata].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Adds one sample, or a stale marker, to a series that belongs to no target; labels include `__name__`. */
  append(labels: Labels, atMs: Millis, value: number | 'stale'): void {
    const set = LabelSet.from(labels);
    let series = this.#loose.get(set.key);
    if (!series) {
      this.#loose.set(set.key, (series = new LooseSeries(set)));
      this.#index.add(series);
    }
    series.append(atMs, value);
  }

  /** Promises series of one metric: `restore` runs when somebody asks for it first. */
  restoreLater(metric: string, restore: () => void): void {
    this.#index.addLater(metric, restore);
  }

  /** The series that all matchers accept, in order of labels. */
  select(matchers: readonly Matcher[]): readonly SeriesSource[] {
    return this.#index.select(matchers);
  }

  /** Every target in order of creation. */
  targets(): readonly StoredTarget[] {
    return [...this.#targets.values()];
  }

  /** The series that belong to no target, in order of creation. */
  looseSeries(): readonly LooseSeries[] {
    return [...this.#loose.values()];
  }

  /** The oldest instant at which a target was scraped; undefined where none was. */
  get oldestMs(): Millis | undefined {
    return [...this.#targets.values()].reduce<Millis | undefined>((oldest, { times }) => (times.count === 0 ? oldest : Math.min(oldest ?? Infinity, times.at(0))), undefined);
  }

  /**
   * Drops every sample that is older. It copies what is left, so that the room is given back, and so it is worth doing
   * when a good part is old, not at each scrape. No scrape may be under way.
   */
  forgetBefore(beforeMs: Millis): void {
    this.#memory = newMemory();
    for (const target of this.#targets.values()) target.forget(beforeMs, this.#memory);
    for (const series of this.#loose.values()) series.forget(beforeMs);
  }

  /** How many series were ever registered. */
  get seriesCount(): number {
    return this.#index.count;
  }

  #targetOf(job: string, instance: string, bare: boolean): StoredTarget {
    const key = `${bare ? 'bare' : 'scraped'}\n${job}\n${instance}`;
    let target = this.#targets.get(key);
    if (!target) this.#targets.set(key, (target = new StoredTarget({ job, instance, bare }, { index: this.#index, labels: this.#labels, memory: this.#memory })));
    return target;
  }
}

const newMemory = (): RowMemory => ({ pool: new FloatPool(), chunks: new ChunkStore() });
