import { describe, expect, test } from 'vitest';
import { failed, ok, orThrow } from '../../src/kernel/result.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { Transport } from '../../src/ports/http.ts';
import { TestCluster } from '../clusters/twin/cluster.fixture.ts';
import { writeExposition } from './exposition-write.ts';
import { listen } from './http-server.ts';
import { compareLabels } from './labels.ts';
import { matcher } from './matchers.ts';
import { queryInstant } from './promql/engine.ts';
import { startScraper, type ScraperOptions } from './scraper.ts';
import { TargetScrape } from './scraper-target.ts';
import { decodeMetrics } from './snapshot.ts';
import { MetricStore } from './store.ts';

const page = (body: string, contentType = 'text/plain; version=0.0.4'): Transport => async () => ok({ status: 200, body, contentType });
const spec = { job: 'tikv', instance: 'a:20180', url: 'http://a:20180/metrics' };

/** A scraper in virtual time, every ten seconds, over pages that change. */
function scraping(first: Transport, options: Partial<ScraperOptions> = {}) {
  const state = { transport: first };
  const clock = new VirtualClock(1_000_000);
  const store = new MetricStore();
  const scraper = startScraper({ targets: [spec], store, clock, intervalMs: 10_000, transport: () => (request, signal) => state.transport(request, signal), ...options });
  const value = (promql: string) => {
    const answer = queryInstant(store, promql, { atMs: clock.now() });
    return answer.kind === 'vector' ? answer.series.map(({ points }) => points[0]?.value) : [];
  };
  return { state, clock, store, scraper, value };
}

describe('a target', () => {
  test('is read in its rhythm, with Prometheus’ own series about the scrape', async () => {
    const { clock, scraper, value } = scraping(page('m{a="1"} 5\nn 7\n'));
    await clock.advance(25_000);
    expect(value('m{job="tikv",instance="a:20180",a="1"}')).toEqual([5]);
    expect(value('count_over_time(m[1m])')).toEqual([3]);
    expect([value('up'), value('scrape_samples_scraped'), value('scrape_duration_seconds')]).toEqual([[1], [2], [0]]);
    expect(scraper.status()).toMatchObject([{ health: 'up', lastError: '', lastScrapeMs: 1_020_000 }]);
    await scraper.stop();
  });

  test('that loses a series makes it stale at once; the others go on', async () => {
    const { state, clock, scraper, value } = scraping(page('m 1\nn 1\n'));
    await clock.advance(5_000);
    state.transport = page('n 2\n');
    await clock.advance(10_000);
    expect([value('m'), value('n')]).toEqual([[], [2]]);
    await scraper.stop();
  });

  test.each([
    ['refuses', async () => failed('LAB_CONNECTION_REFUSED', 'a refuses connections'), 'a refuses connections'],
    ['answers 503', async () => ok({ status: 503, body: '' }), 'server returned HTTP status 503'],
    ['shows a broken page', page('m 1\nm{ 2\n'), '2:5: the labels are not closed'],
    ['never answers', () => new Promise<never>(() => {}), 'no page within 3000 ms'],
  ] as [string, Transport, string][])('that %s is down, its series are stale, and the reason is told', async (_, broken, because) => {
    const { state, clock, scraper, value } = scraping(page('m 1\n'), { timeoutMs: 3_000 });
    await clock.advance(5_000);
    state.transport = broken;
    await clock.advance(10_000);
    expect([value('m'), value('up'), value('scrape_samples_scraped')]).toEqual([[], [0], [0]]);
    expect(scraper.status()).toMatchObject([{ health: 'down', lastError: because }]);
    state.transport = page('m 3\n');
    await clock.advance(10_000);
    expect([value('m'), value('up')]).toEqual([[3], [1]]);
    await scraper.stop();
  });

  test.each([
    ['samples', { samples: 1 }, 'the page has 2 samples, more than 1'],
    ['labels', { labels: 3 }, 'a series of m has 4 labels, more than 3'],
    ['label text', { labelValueLength: 3 }, 'the label a of m is longer than allowed'],
    ['bytes', { bodyBytes: 5 }, 'the page is larger than 5 bytes'],
  ])('with more %s than allowed is down', async (_, limits, because) => {
    const { clock, scraper, value } = scraping(page('m{a="long"} 1\nn 1\n'), { limits });
    await clock.advance(1_000);
    expect(value('up')).toEqual([0]);
    expect(scraper.status()[0]?.lastError).toBe(because);
    await scraper.stop();
  });

  test('cannot speak for another job: its own labels of that name step aside', async () => {
    const { clock, store, scraper } = scraping(page('m{job="x",instance="y",exported_job="z"} 1\n'));
    await clock.advance(1_000);
    expect(store.select([matcher('__name__', '=', 'm')]).map(({ labels }) => labels.toObject())).toEqual([
      { __name__: 'm', exported_exported_job: 'x', exported_instance: 'y', exported_job: 'z', instance: 'a:20180', job: 'tikv' },
    ]);
    await scraper.stop();
  });

  test('keeps the times that its page gives, and counts the first of two equal series', async () => {
    const { clock, scraper, value } = scraping(page('m 1 999500\nn 1\nn 2\n'));
    await clock.advance(1_000);
    expect([value('timestamp(m)'), value('n')]).toEqual([[999.5], [1]]);
    await scraper.stop();
  });
});

test('targets are asked one after the other over the interval, and types and helps are kept', async () => {
  const asked: number[] = [];
  const clock = new VirtualClock(0);
  const store = new MetricStore();
  const transport = (): Transport => async () => {
    asked.push(clock.now());
    return ok({ status: 200, body: '# HELP m Help.\n# TYPE m gauge\nm 1\n# EOF\n', contentType: 'application/openmetrics-text; version=1.0.0' });
  };
  await using _ = startScraper({ targets: ['a', 'b'].map((instance) => ({ ...spec, instance })), store, clock, intervalMs: 10_000, transport });
  await clock.advance(19_000);
  expect(asked).toEqual([0, 5_000, 10_000, 15_000]);
  expect([...store.metadata()]).toEqual([['m', { type: 'gauge', help: 'Help.' }]]);
});

test('real pages come over real HTTP, and one that is too long is not read to its end', async () => {
  const server = orThrow(await listen(async ({ path }) => ok({ status: 200, body: path === '/big' ? 'm 1\n'.repeat(5_000) : 'm 4\n', contentType: 'text/plain' }), { port: 0 }));
  const store = new MetricStore();
  const targets = ['good', 'big'].map((name) => ({ job: 'j', instance: name, url: `${server.url}/${name}` }));
  const scrapes = startScraper({ targets, store, clock: wallClock, intervalMs: 20, timeoutMs: 30_000, limits: { bodyBytes: 1_000 } });
  while (scrapes.status().some(({ health }) => health === 'unknown')) await wallClock.sleep(5);
  await scrapes.stop();
  await server.close();
  expect(scrapes.status().map(({ health }) => health)).toEqual(['up', 'down']);
  expect(scrapes.status()[1]?.lastError).toContain('longer than 1000 bytes');
});

test('the road over text and the direct road give the same samples, through a crash and back', async () => {
  const twin = await TestCluster.start(1);
  await twin.pass(20);
  await twin.controls.process.kill('tikv-2');
  await twin.pass(20);
  await twin.controls.process.start('tikv-2');
  await twin.pass(20);
  const direct = decodeMetrics((await twin.cluster.export()).get('metrics.jsonl.zst') as Uint8Array);
  const viaText = new MetricStore();
  for (const target of direct.targets()) {
    const up = direct.select([matcher('__name__', '=', 'up'), matcher('instance', '=', target.instance)])[0]?.view(Infinity);
    let nowMs = 0;
    let fetch: Transport = page('');
    const scrape = new TargetScrape(viaText, {
      spec: { job: target.job, instance: target.instance, url: `http://${target.instance}/metrics` }, intervalMs: 5_000, timeoutMs: 5_000, limits: noLimits,
      clock: { now: () => nowMs, sleep: () => new Promise(() => {}) }, fetch: (...asked) => fetch(...asked),
    });
    for (const [i, atMs] of target.times.slice(0, target.times.count).entries()) {
      nowMs = atMs;
      fetch = up?.values[i] === 1 ? page(writeExposition(direct, target, atMs)) : async () => failed('LAB_CONNECTION_REFUSED', 'down');
      await scrape.once(new AbortController().signal);
    }
  }
  const [got, want] = [contentOf(viaText), contentOf(direct)];
  expect(want.size).toBeGreaterThan(1_000);
  expect([...want.values()].some(({ stale }) => stale.length > 0)).toBe(true);
  expect(got).toEqual(want);
});

const noLimits = { bodyBytes: Infinity, samples: Infinity, labels: Infinity, labelNameLength: Infinity, labelValueLength: Infinity };

/** Every series with its samples and stale markers; how long a scrape took is what the roads differ in. */
function contentOf(store: MetricStore) {
  const series = store.select([matcher('__name__', '!=', 'scrape_duration_seconds')]).toSorted((a, b) => compareLabels(a.labels, b.labels));
  return new Map(series.map((each) => [JSON.stringify(each.labels.toObject()), each.view(Infinity)]));
}
