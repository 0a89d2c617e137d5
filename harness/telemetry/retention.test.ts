import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { ok } from '../../src/kernel/result.ts';
import { matcher } from './matchers.ts';
import { startScraper } from './scraper.ts';
import { MetricStore } from './store.ts';

/** Which series a scrape shows, with its number as the value of each. */
type Scrapes = readonly (readonly boolean[])[];

function written(scrapes: Scrapes, forget?: { readonly after: number; readonly beforeMs: number }): MetricStore {
  const store = new MetricStore();
  const target = store.target('job', 'a');
  const refs = ['x', 'y', 'z'].map((name) => target.series(name, { part: name }));
  scrapes.forEach((shown, i) => {
    target.begin((i + 1) * 1_000);
    shown.forEach((there, at) => there && target.set(refs[at] as number, i * 10 + at));
    target.end({ up: i % 7 !== 3, durationSeconds: 0.1 });
    store.append({ __name__: 'loose' }, (i + 1) * 1_000, i);
    if (i === forget?.after) store.forgetBefore(forget.beforeMs);
  });
  return store;
}

/** Everything after an instant that somebody could read. */
function readable(store: MetricStore, fromMs: number): unknown {
  return store.select([matcher('__name__', '=~', '.+')]).map((series) => {
    const { times, values, stale } = series.view(Infinity, { fromMs });
    const kept = [...times].flatMap((atMs, i) => (atMs > fromMs ? [[atMs, values[i]]] : []));
    return [series.labels.toObject(), kept, stale.filter(({ atMs }) => atMs > fromMs + 1_000).map(({ atMs }) => atMs)];
  });
}

const scrapes = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 90 });

test('what is kept reads as if nothing had been dropped, also what is written afterwards', () => {
  fc.assert(
    fc.property(scrapes, fc.nat(89), fc.nat(90), (all, after, second) => {
      const beforeMs = second * 1_000;
      expect(readable(written(all, { after: Math.min(after, all.length - 1), beforeMs }), beforeMs)).toEqual(readable(written(all), beforeMs));
    }),
  );
});

test('what is dropped is gone', () => {
  const store = written(Array.from({ length: 90 }, () => [true, true, false]), { after: 89, beforeMs: 80_000 });
  expect(store.oldestMs).toBe(80_000);
  const [x] = store.select([matcher('__name__', '=', 'x')]);
  expect([...(x?.view(Infinity).times ?? [])]).toEqual(Array.from({ length: 11 }, (_, i) => 80_000 + i * 1_000).filter((atMs) => (atMs / 1_000 - 1) % 7 !== 3));
});

test('a scraper that keeps an hour holds no more than an hour and a quarter', async () => {
  const store = new MetricStore();
  const clock = new VirtualClock(0);
  let scrape = 0;
  const page = async () => ok({ status: 200, body: `counted ${scrape++}\n`, contentType: 'text/plain; version=0.0.4' });
  await using _scraper = startScraper({ targets: [{ job: 'j', instance: 'i', url: 'http://127.0.0.1:1/metrics' }], store, clock, intervalMs: 15_000, retentionMs: 3_600_000, transport: () => page });
  await clock.advance(4 * 3_600_000);
  const [counted] = store.select([matcher('__name__', '=', 'counted')]);
  const { times, values } = counted?.view(Infinity) ?? { times: [], values: [] };
  expect(clock.now() - (times[0] as number)).toBeLessThanOrEqual(4_515_000);
  expect(clock.now() - (times[0] as number)).toBeGreaterThanOrEqual(3_600_000);
  expect([times.length > 239, values[times.length - 1]]).toEqual([true, scrape - 1]);
});
