import { expect, test } from 'vitest';
import { matcher } from './matchers.ts';
import { queryInstant } from './promql/engine.ts';
import { LabelSet } from './labels.ts';
import { SeriesByLabels } from './series-by-labels.ts';
import { MetricStore } from './store.ts';

/** Scrapes one target at each of these seconds; a missing value leaves the series out, `down` is a failed scrape. */
function scrape(store: MetricStore, values: readonly (number | undefined | 'down')[], intervalMs = 15_000): void {
  const target = store.target('tikv', '10.0.0.1:20180');
  const regions = target.series('tikv_raftstore_region_count', { type: 'leader' });
  values.forEach((value, i) => {
    target.begin(i * intervalMs);
    if (typeof value === 'number') target.set(regions, value);
    target.end({ up: value !== 'down', durationSeconds: 0.02 });
  });
}

function valueAt(store: MetricStore, query: string, atMs: number): number | undefined {
  const answer = queryInstant(store, query, { atMs });
  return answer.kind === 'vector' ? answer.series[0]?.points[0]?.value : undefined;
}

test('every series of a target carries its job and instance', () => {
  const store = new MetricStore();
  scrape(store, [7]);
  expect(store.select([matcher('__name__', '=', 'tikv_raftstore_region_count')]).map(({ labels }) => labels.toObject())).toEqual([
    { __name__: 'tikv_raftstore_region_count', instance: '10.0.0.1:20180', job: 'tikv', type: 'leader' },
  ]);
});

test('a scrape reports itself: up, duration, samples, series added', () => {
  const store = new MetricStore();
  scrape(store, [7, 7, 'down', 7]);
  const reports = (atMs: number) =>
    ['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'scrape_samples_post_metric_relabeling', 'scrape_series_added'].map((name) => valueAt(store, name, atMs));
  expect(reports(0)).toEqual([1, 0.02, 1, 1, 1]);
  expect(reports(15_000)).toEqual([1, 0.02, 1, 1, 0]);
  expect(reports(30_000)).toEqual([0, 0.02, 0, 0, 0]);
  expect(reports(45_000)).toEqual([1, 0.02, 1, 1, 1]);
});

test('a failed scrape ends every series of the target at once, except up', () => {
  const store = new MetricStore();
  scrape(store, [7, 7, 'down']);
  expect(valueAt(store, 'tikv_raftstore_region_count', 29_999)).toBe(7);
  expect(valueAt(store, 'tikv_raftstore_region_count', 30_000)).toBeUndefined();
  expect(valueAt(store, 'up', 30_000)).toBe(0);
});

test('samples of a scrape that turns out to have failed are taken back', () => {
  const store = new MetricStore();
  const target = store.target('pd', 'pd-1');
  const series = target.series('pd_tso_role', {});
  for (const up of [true, false, true]) {
    target.begin(target.times.count * 15_000);
    target.set(series, 1);
    target.end({ up, durationSeconds: 0.01 });
  }
  expect(valueAt(store, 'count_over_time(pd_tso_role[1h])', 60_000)).toBe(2);
  expect(valueAt(store, 'pd_tso_role', 20_000)).toBeUndefined();
});

test('a series that is left out of a scrape is stale until it comes back', () => {
  const store = new MetricStore();
  scrape(store, [1, undefined, 3]);
  expect(valueAt(store, 'tikv_raftstore_region_count', 15_000)).toBeUndefined();
  expect(valueAt(store, 'tikv_raftstore_region_count', 30_000)).toBe(3);
  expect(valueAt(store, 'count_over_time(tikv_raftstore_region_count[1m])', 30_000)).toBe(2);
});

test('a series that is written while scrapes go on is read as far as it goes', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const series = target.series('x_total', {});
  for (let i = 0; i < 500; i++) {
    target.begin(i * 1_000);
    if (i % 7 !== 3) target.set(series, i);
    target.end({ up: true, durationSeconds: 0 });
    expect(valueAt(store, 'x_total', i * 1_000)).toBe(i % 7 === 3 ? undefined : i);
  }
});

test('the same name and labels give the same reference; the same job and instance the same target', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  expect(target.series('x', { b: '1', a: '2' })).toBe(target.series('x', { a: '2', b: '1' }));
  expect(store.target('tikv', 'a')).toBe(target);
  expect(store.target('tikv', 'b')).not.toBe(target);
});

test('series of a bare target keep their own job and instance, and nothing is added', () => {
  const store = new MetricStore();
  const rules = store.bareTarget('rules');
  const alert = rules.series('ALERTS', { alertname: 'TiKV_server_is_down', instance: '10.0.0.2:20180' });
  rules.begin(0);
  rules.set(alert, 1);
  rules.end({ up: true, durationSeconds: 0 });
  expect(store.seriesCount).toBe(1);
  expect(valueAt(store, 'ALERTS{instance="10.0.0.2:20180", job=""}', 0)).toBe(1);
});

test('selecting by any label finds the same series as testing each one', () => {
  const store = new MetricStore();
  for (const name of ['a', 'b']) for (const type of ['x', 'y', '']) store.append({ __name__: name, type }, 0, 1);
  const count = (...matchers: Parameters<typeof matcher>[]) => store.select(matchers.map((args) => matcher(...args))).length;
  expect(count(['type', '=', 'x'])).toBe(2);
  expect(count(['type', '=', ''])).toBe(2);
  expect(count(['__name__', '=~', 'a|b'], ['type', '!=', 'x'])).toBe(4);
  expect(count(['__name__', '=', 'nope'])).toBe(0);
  store.append({ __name__: 'c', type: 'x' }, 0, 1);
  expect(count(['type', '=', 'x'])).toBe(3);
});

test('a query that is asked again finds the series that came since', () => {
  const store = new MetricStore();
  const count = () => valueAt(store, 'count({__name__=~"late_.*"})', 20);
  store.append({ __name__: 'late_a' }, 10, 1);
  expect(count()).toBe(1);
  store.append({ __name__: 'late_b' }, 10, 1);
  expect(count()).toBe(2);
});

test('a scrape that goes back in time is a bug, not a sample', () => {
  const target = new MetricStore().target('tikv', 'a');
  target.begin(1_000);
  target.end({ up: true, durationSeconds: 0 });
  expect(() => target.begin(1_000)).toThrow('back in time');
});

test('labels that hash alike are still two series', () => {
  // These two differ, and FNV-1a gives both the same 32 bits.
  const refs = new SeriesByLabels((ref) => sets[ref] as LabelSet);
  const sets = [LabelSet.from({ l: 'e8rd' }), LabelSet.from({ l: '115b0' })];
  sets.forEach((labels, ref) => refs.add(labels, ref));
  expect(sets.map((labels) => refs.find(labels))).toEqual([0, 1]);
  expect(refs.find(LabelSet.from({ l: 'other' }))).toBeUndefined();
});

test('the buckets of a histogram are the same series as one by one', () => {
  const store = new MetricStore();
  const bounds = ['1', '+Inf'];
  const [a, b] = ['a', 'b'].map((instance) => store.target('tikv', instance));
  const one = a?.buckets('h_bucket', { type: 'x', job: 'other' }, bounds);
  expect(bounds.map((le) => a?.series('h_bucket', { type: 'x', le }))).toEqual(one);
  expect(a?.buckets('h_bucket', { type: 'x' }, ['+Inf'])).toEqual(one?.slice(1));
  const [first = -1] = b?.buckets('h_bucket', { type: 'y' }, bounds) ?? [];
  b?.begin(1);
  b?.set(first, 5);
  b?.end({ up: true, durationSeconds: 0 });
  expect(store.select([matcher('__name__', '=', 'h_bucket'), matcher('type', '=', 'y'), matcher('le', '=', '1')])[0]?.labels.toObject()).toEqual({ __name__: 'h_bucket', instance: 'b', job: 'tikv', le: '1', type: 'y' });
});
