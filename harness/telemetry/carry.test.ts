import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesRef } from './contract.ts';
import { matcher } from './matchers.ts';
import { decodeMetrics, encodeMetrics, metricsJsonl } from './snapshot.ts';
import { MetricStore } from './store.ts';

const names = ['a_total', 'b', 'c', 'd'];
/** What a page shows of each series: a value, or nothing. */
const page = fc.tuple(...names.map(() => fc.option(fc.constantFrom(0, 1, 1, 1, 2.5, -0, NaN), { nil: undefined })));
const scrapes = fc.array(fc.record({ page, road: fc.constantFrom('carried', 'carried', 'carried', 'whole', 'failed', 'failed after all'), forget: fc.boolean() }), { maxLength: 90 });
type Scrape = (typeof scrapes extends fc.Arbitrary<infer T> ? T : never)[number];

interface Road {
  readonly store: MetricStore;
  readonly scrape: (index: number, scrape: Scrape) => void;
}

function roadOf(write: (target: ReturnType<MetricStore['target']>, refs: readonly SeriesRef[], scrape: Scrape) => void): Road {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const refs = names.map((name) => target.series(name, { type: 'x' }));
  return {
    store,
    scrape: (index, scrape) => {
      target.begin((index + 1) * 5_000);
      write(target, refs, scrape);
      target.end({ up: !scrape.road.startsWith('failed'), durationSeconds: 0.02 });
      if (scrape.forget && index % 40 === 39) store.forgetBefore(index * 2_500);
    },
  };
}

/** Writes all that is on the page. */
const wholeRoad = (): Road => roadOf((target, refs, { page: shown, road }) => road !== 'failed' && shown.forEach((value, i) => value !== undefined && target.set(refs[i] as SeriesRef, value)));

/** Writes what is not as it was at the scrape before. */
function changesRoad(): Road {
  let before: Scrape['page'] | undefined;
  return roadOf((target, refs, { page: shown, road }) => {
    if (road === 'failed') return void (before = undefined);
    const known = road === 'whole' ? undefined : before;
    if (known) target.carry();
    shown.forEach((value, i) => {
      if (value === undefined && known?.[i] !== undefined) target.drop(refs[i] as SeriesRef);
      if (value !== undefined && !(known && Object.is(known[i], value))) target.set(refs[i] as SeriesRef, value);
    });
    before = road === 'failed after all' ? undefined : shown;
  });
}

const looked = (store: MetricStore, untilMs: number) => store.select([matcher('__name__', '=~', '.+')]).map((series) => {
  const { times, values, stale } = series.view(untilMs, { fromMs: untilMs - 60_000 });
  return [series.labels.key, [...times], [...values].slice(0, times.length), stale];
});

test('a scrape that says what changed gives the same samples as one that says everything', () => {
  fc.assert(fc.property(scrapes, (all) => {
    const [whole, changes] = [wholeRoad(), changesRoad()];
    all.forEach((scrape, index) => {
      for (const each of [whole, changes]) each.scrape(index, scrape);
      if (index % 10 === 9) expect(looked(changes.store, index * 5_000)).toEqual(looked(whole.store, index * 5_000));
    });
    expect(metricsJsonl(changes.store)).toBe(metricsJsonl(whole.store));
  }), { numRuns: 300 });
});

test('a store that was read back is carried on without what its scrapes said of themselves', () => {
  const before = new MetricStore();
  const scraped = before.target('tikv', 'a');
  scraped.begin(5_000);
  scraped.set(scraped.series('quiet', {}), 7);
  scraped.end({ up: true, durationSeconds: 0 });
  const store = decodeMetrics(encodeMetrics(before));
  const target = store.target('tikv', 'a');
  target.begin(10_000);
  target.carry();
  target.end({ up: true, durationSeconds: 0 });
  expect(store.select([matcher('__name__', '=', 'scrape_samples_scraped')])[0]?.view(10_000).values.at(-1)).toBe(1);
});

test('a series that does not change takes no room', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'a');
  const refs = Array.from({ length: 10 }, (_, i) => target.series('quiet', { i: String(i) }));
  for (let i = 0; i < 1_000; i++) {
    target.begin((i + 1) * 5_000);
    if (i === 0) for (const ref of refs) target.set(ref, 7);
    else target.carry();
    target.end({ up: true, durationSeconds: 0 });
  }
  expect(target.allSeries().slice(0, 10).map(({ samples }) => samples.held)).toEqual(refs.map(() => 1));
  const [first] = store.select([matcher('__name__', '=', 'quiet')]);
  expect(first?.view(5_000_000).values).toHaveLength(1_000);
  expect(store.select([matcher('__name__', '=', 'scrape_samples_scraped')])[0]?.view(5_000_000).values.at(-1)).toBe(10);
});
