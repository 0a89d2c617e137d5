import type { Millis } from '../../../src/kernel/clock.ts';
import type { MetricMeta } from '../../telemetry/contract.ts';
import { LabelSet } from '../../telemetry/labels.ts';
import { MetricStore } from '../../telemetry/store.ts';
import type { RawSeries } from './raw-series.ts';

/** Interval that is taken for a series with one sample. */
const usualIntervalMs: Millis = 15_000;
/** A pause that is longer than so many intervals is an end. */
const pauseFactor = 1.5;

/**
 * A store of what a Prometheus had scraped. Its API does not hand out the markers that say where a series ended, but they
 * follow from the rest: the samples of `up` are the times of all scrapes of a target, and a series that has none at one of
 * them was not on the page. Series that no scrape brought (rules, alerts, pages with times of their own) end where their
 * own rhythm stops.
 */
export function storeOfTaken(taken: Iterable<RawSeries>, { toMs, metadata }: { readonly toMs: Millis; readonly metadata: ReadonlyMap<string, MetricMeta> }): MetricStore {
  const store = new MetricStore();
  const all = [...taken].filter(({ timesMs }) => timesMs.length > 0);
  const groups = Map.groupBy(all, targetKey);
  for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) addGroup(store, group, { scraped: key !== '', toMs });
  for (const [name, meta] of metadata) store.describe(name, meta);
  return store;
}

/** Empty for a series that belongs to no target. */
const targetKey = ({ labels: { job, instance } }: RawSeries): string => (job === undefined || instance === undefined ? '' : `${job}\n${instance}`);

function addGroup(store: MetricStore, group: readonly RawSeries[], { scraped, toMs }: { readonly scraped: boolean; readonly toMs: Millis }): void {
  const ups = scraped ? group.filter(({ labels }) => labels['__name__'] === 'up') : [];
  const timesMs = scrapeTimes(ups, toMs);
  const indexes = new Map(timesMs.map((atMs, index) => [atMs, index]));
  const { job = '', instance = '' } = group[0]?.labels ?? {};
  const target = ups.length === 0 ? undefined : store.target(job, instance);
  target?.restoreTimes(timesMs);
  for (const series of group) {
    if (!target || series.timesMs.some((atMs) => !indexes.has(atMs))) {
      addLoose(store, series, toMs);
      continue;
    }
    const { rows } = target.restoreSeries([LabelSet.from(series.labels)], series.values.length);
    series.timesMs.forEach((atMs, i) => rows.set(indexes.get(atMs) ?? 0, series.values[i] ?? NaN));
  }
}

/** Of all scrapes; a target that was given up before the end gets one more, at which nothing was found. */
function scrapeTimes(ups: readonly RawSeries[], toMs: Millis): Millis[] {
  const timesMs = [...new Set(ups.flatMap((each) => each.timesMs))].sort((a, b) => a - b);
  const last = timesMs.at(-1);
  if (last === undefined) return [];
  const intervalMs = intervalOf(timesMs);
  return toMs - last > 2 * intervalMs + 1_000 ? [...timesMs, last + intervalMs] : timesMs;
}

function addLoose(store: MetricStore, { labels, timesMs, values }: RawSeries, toMs: Millis): void {
  const intervalMs = intervalOf(timesMs);
  timesMs.forEach((atMs, i) => {
    store.append(labels, atMs, values[i] ?? NaN);
    if ((timesMs[i + 1] ?? toMs) - atMs > pauseFactor * intervalMs) store.append(labels, atMs + intervalMs, 'stale');
  });
}

/** The middle one of all distances. */
function intervalOf(timesMs: readonly Millis[]): Millis {
  const steps = timesMs.slice(1).map((atMs, i) => atMs - (timesMs[i] ?? 0)).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? usualIntervalMs;
}
