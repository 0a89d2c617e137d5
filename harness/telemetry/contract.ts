import type { Millis } from '../../src/kernel/clock.ts';

/** Label names and values without `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** What `# TYPE` and `# HELP` say. */
export interface MetricMeta {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
}

/** A registered series of one target; stable for the target's life. */
export type SeriesRef = number;

/**
 * One scrape target: a shared column of scrape times and a value column per series. Job and instance are added
 * to every series. A scrape is `begin`, `set` for each series present, `end`; a series that was there at the
 * previous scrape and is not set in this one becomes stale. `end` writes `up`, `scrape_duration_seconds`,
 * `scrape_samples_scraped`, `scrape_samples_post_metric_relabeling` and `scrape_series_added`; a failed scrape
 * makes every other series stale.
 *
 * Who knows what changed says `carry` right after `begin`: every series of the previous scrape is in this one too, with
 * the value that it had, unless it is then `set` or `drop`ped. The samples are the same as if all had been set.
 *
 * Series without samples may `join`: from then on a scrape has all of them or none, to `set` or `drop` one of them does so to all,
 * and they take the room of one. Some of them `part` from the others, together, with the samples that all had so far. Then
 * `setRow` takes the place of `set`: the value of those that never parted comes first, then those of the others in the order in
 * which they parted; `part` says at which place theirs is. There may be more values behind those.
 */
export interface ScrapeTarget {
  readonly job: string;
  readonly instance: string;
  readonly series: (name: string, labels: Labels) => SeriesRef;
  /** The series with these labels and each of the bounds as `le`; those that are new have joined. */
  readonly buckets: (name: string, labels: Labels, bounds: readonly string[]) => readonly SeriesRef[];
  readonly begin: (atMs: Millis) => void;
  readonly set: (series: SeriesRef, value: number) => void;
  readonly setRow: (series: SeriesRef, values: Float64Array) => void;
  readonly carry: () => void;
  readonly drop: (series: SeriesRef) => void;
  readonly join: (series: readonly SeriesRef[]) => void;
  readonly part: (series: readonly SeriesRef[]) => number;
  readonly end: (outcome: { readonly up: boolean; readonly durationSeconds: number }) => void;
}

/** Where telemetry is written. */
export interface MetricSink {
  readonly target: (job: string, instance: string) => ScrapeTarget;
  readonly describe: (metric: string, meta: MetricMeta) => void;
}
