import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabError } from '../../src/kernel/result.ts';
import { matcher } from './matchers.ts';
import { queryInstant } from './promql/engine.ts';
import type { SeriesSource } from './series.ts';
import { toJsonSample } from './snapshot-format.ts';
import { decodeMetrics, encodeMetrics, metricsJsonl } from './snapshot.ts';
import { parseMetricsJsonl } from './snapshot-parse.ts';
import { MetricStore } from './store.ts';

const sample = fc.option(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1)), { nil: undefined, freq: 4 });
/** Per series of a target: what each scrape says. */
const history = fc.array(fc.array(sample, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 4 });

function storeFrom(series: readonly (readonly (number | undefined)[])[]): MetricStore {
  const store = new MetricStore();
  const target = store.target('tikv', '10.0.0.1:20180');
  const refs = series.map((_, i) => target.series('tikv_x_total', i % 2 === 0 ? { i: String(i) } : { le: String(i) }));
  for (let scrape = 0; scrape < 6; scrape++) {
    target.begin(1_000 + scrape * 15_000);
    series.forEach((values, i) => {
      const value = values[scrape];
      if (value !== undefined) target.set(refs[i] as number, value);
    });
    target.end({ up: scrape !== 3, durationSeconds: 0.01 * scrape });
  }
  return store;
}

/** Everything that a query can see. */
const contents = (store: MetricStore) => store.select([matcher('__name__', '=~', '.*')]).map(visible).filter(({ times }) => times.length > 0);
const visible = (series: SeriesSource) => {
  const { times, values, stale } = series.view(Infinity);
  return { labels: series.labels.toObject(), times, values, stale };
};

test('a snapshot gives back every sample, gap and stale marker', () => {
  fc.assert(
    fc.property(history, (series) => {
      expect(contents(decodeMetrics(encodeMetrics(storeFrom(series))))).toEqual(contents(storeFrom(series)));
    }),
  );
});

test('a snapshot of a snapshot is the same, byte for byte', () => {
  fc.assert(
    fc.property(history, (series) => {
      const bytes = encodeMetrics(storeFrom(series));
      expect(Buffer.compare(encodeMetrics(decodeMetrics(bytes)), bytes)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('the order in which series were registered does not show in the bytes', () => {
  const written = (names: readonly string[]) => {
    const store = new MetricStore();
    const target = store.target('pd', 'pd-1');
    const refs = names.map((name) => target.series(name, {}));
    target.begin(0);
    for (const ref of refs) target.set(ref, 1);
    target.end({ up: true, durationSeconds: 0 });
    return encodeMetrics(store);
  };
  expect(written(['a', 'b'])).toEqual(written(['b', 'a']));
});

test('series without a target and metadata come back too', () => {
  const store = new MetricStore();
  store.describe('up_total', { type: 'counter', help: 'What went up.' });
  store.append({ __name__: 'up_total', job: 'own' }, 5, 1);
  store.append({ __name__: 'up_total', job: 'own' }, 7, 'stale');
  const copy = decodeMetrics(encodeMetrics(store));
  expect(contents(copy)).toEqual(contents(store));
  expect([...copy.metadata()]).toEqual([['up_total', { type: 'counter', help: 'What went up.' }]]);
});

const header = (targets: unknown) => JSON.stringify({ format: 'lab-metrics/1', startMs: 0, endMs: 60_000, series: 1, targets });

test('in a recording, a target that stops answering loses its series at the first failed scrape', () => {
  const store = parseMetricsJsonl(
    [
      header([{ job: 'tikv', instance: 'a', timesMs: [0, 5_000, 10_000, 15_000] }]),
      JSON.stringify({ n: 'up', l: {}, t: 0, i: 0, v: [1, 0, 0, 1] }),
      JSON.stringify({ n: 'x', l: {}, t: 0, i: 0, v: [7, null, null, 9] }),
    ].join('\n'),
  );
  const x = (atMs: number) => queryInstant(store, 'x', { atMs });
  expect(x(4_999)).toMatchObject({ series: [{ points: [{ value: 7 }] }] });
  expect(x(5_000)).toMatchObject({ series: [] });
  expect(x(15_000)).toMatchObject({ series: [{ points: [{ value: 9 }] }] });
});

test('in a recording, an alert lasts while its own rule group says so, whatever other groups do in between', () => {
  const store = parseMetricsJsonl(
    [
      header([{ job: 'rules', instance: '', timesMs: [1_200, 9_700, 16_200, 24_700, 31_200] }]),
      JSON.stringify({ n: 'ALERTS', l: { alertname: 'A' }, t: 0, i: 0, v: [1, null, 1] }),
      JSON.stringify({ n: 'ALERTS', l: { alertname: 'B' }, t: 0, i: 1, j: 1, k: 1 }),
    ].join('\n'),
  );
  const firing = (alert: string, atMs: number) => queryInstant(store, `ALERTS{alertname="${alert}"}`, { atMs });
  expect(firing('A', 16_000)).toMatchObject({ series: [{}] });
  expect(firing('A', 31_000)).toMatchObject({ series: [{}] });
  expect(firing('A', 31_200)).toMatchObject({ series: [] });
  expect(firing('B', 24_699)).toMatchObject({ series: [{}] });
  expect(firing('B', 24_700)).toMatchObject({ series: [] });
});

test('a broken file says which line is broken', () => {
  const text = `${header([])}\n{"n":`;
  expect(() => parseMetricsJsonl(text)).toThrow(LabError);
  expect(() => parseMetricsJsonl(text)).toThrow('line 2');
  expect(() => parseMetricsJsonl('{"format":"other"}')).toThrow('lab-metrics/2');
  expect(() => parseMetricsJsonl(`${header([])}\n{"n":"x","l":{},"t":3,"i":0,"k":1}`).seriesCount).toThrow('target 3');
});

test('a query of one metric and a query of all find the same, whichever comes first', () => {
  const line = (n: string, instance: string, v: readonly number[]) => JSON.stringify({ n, l: { own: instance }, t: 0, i: 0, v });
  const text = [header([{ job: 'tikv', instance: 'a', timesMs: [0, 5_000] }]), line('b', '2', [1, 2]), line('a', '1', [3, 4]), line('b', '1', [5, 6])].join('\n');
  const [one, all] = [parseMetricsJsonl(text), parseMetricsJsonl(text)];
  const b = (store: MetricStore) => queryInstant(store, 'b', { atMs: 5_000 });
  expect(b(one)).toMatchObject({ series: [{ points: [{ value: 6 }] }, { points: [{ value: 2 }] }] });
  expect(contents(one)).toEqual(contents(all));
  expect(b(all)).toEqual(b(one));
  expect(one.seriesCount).toBe(3);
});

/** As version 1 wrote a store: a value for each scrape. */
function versionOne(store: MetricStore): string {
  const [target] = store.targets();
  const timesMs = [...(target?.times.slice(0, target.times.count) ?? [])];
  const lines = target?.allSeries().filter(({ samples }) => !samples.isEmpty).map(({ shared, samples }) => {
    const runs = samples.runs();
    const i = runs[0]?.scrape ?? 0;
    const v = timesMs.slice(i).map((_, at) => toSample(runs.find(({ scrape, values }) => i + at >= scrape && i + at < scrape + values.length), i + at));
    return { n: shared.get('__name__'), l: shared.withoutName().toObject(), t: 0, i, v: v.slice(0, v.findLastIndex((value) => value !== null) + 1) };
  }) ?? [];
  const head = { format: 'lab-metrics/1', startMs: 0, endMs: timesMs.at(-1), series: lines.length, targets: [{ job: target?.job, instance: target?.instance, timesMs }] };
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

const toSample = (run: { readonly scrape: number; readonly values: Float64Array } | undefined, scrape: number) => (run ? toJsonSample(run.values[scrape - run.scrape] as number) : null);

test('version 1 of the file is read, and says the same as version 2', () => {
  fc.assert(
    fc.property(history, (series) => {
      const store = storeFrom(series);
      const [one, two] = [parseMetricsJsonl(versionOne(store)), parseMetricsJsonl(metricsJsonl(store))];
      expect(contents(one)).toEqual(contents(two));
      expect(contents(two)).toEqual(contents(store));
      expect(metricsJsonl(one)).toBe(metricsJsonl(two));
    }),
  );
});

test('what repeats is written once with how often, gaps too, where that is shorter', () => {
  const store = new MetricStore();
  const target = store.target('pd', 'pd-1');
  const [slow, busy, broken] = [target.series('slow', {}), target.series('busy', {}), target.series('broken', {})];
  for (let scrape = 0; scrape < 100; scrape++) {
    target.begin(scrape);
    target.set(slow, Math.floor(scrape / 40) / 2);
    target.set(busy, scrape);
    if (scrape < 10 || scrape >= 30) target.set(broken, NaN);
    target.end({ up: true, durationSeconds: 0 });
  }
  const lines = metricsJsonl(store).split('\n');
  expect(lines.filter((line) => /"(slow|busy|broken)"/.test(line))).toEqual([
    '{"n":"broken","l":{},"t":0,"i":0,"v":["NaN",null,"NaN"],"r":[10,20,70]}',
    expect.stringContaining('"d":[0,1,1,1,1,'),
    '{"n":"slow","l":{},"t":0,"i":0,"e":1,"d":[0,5,5],"r":[40,40,20]}',
  ]);
  expect(contents(parseMetricsJsonl(lines.join('\n')))).toEqual(contents(store));
});

test('neighbouring buckets of a histogram with the same samples share a line', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const refs = ['+Inf', '10', '2', '0.5'].map((le) => target.series('h_bucket', { le, type: 'x' }));
  for (let scrape = 0; scrape < 3; scrape++) {
    target.begin(scrape);
    refs.forEach((ref, i) => target.set(ref, i === 3 ? 0 : scrape));
    target.end({ up: true, durationSeconds: 0 });
  }
  const lines = metricsJsonl(store).split('\n');
  expect(lines.slice(1, 3)).toEqual(['{"n":"h_bucket","l":{"type":"x","le":"0.5"},"t":0,"i":0,"j":2,"k":0}', '{"n":"h_bucket","l":{"type":"x","le":["2","10","+Inf"]},"t":0,"i":0,"d":[0,1,1]}']);
  expect(contents(parseMetricsJsonl(lines.join('\n')))).toEqual(contents(store));
});

test('the text form says a constant once', () => {
  const store = new MetricStore();
  const target = store.target('pd', 'pd-1');
  const ref = target.series('c', {});
  for (const atMs of [0, 1, 2]) {
    target.begin(atMs);
    target.set(ref, 5);
    target.end({ up: true, durationSeconds: 0 });
  }
  expect(metricsJsonl(store).split('\n')[1]).toBe('{"n":"c","l":{},"t":0,"i":0,"j":2,"k":5}');
});
