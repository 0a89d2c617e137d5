import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ok } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { MetricStore } from '../../telemetry/store.ts';
import { takeRawSeries } from './raw-series.ts';
import { storeOfTaken } from './taken-store.ts';

const startMs = 1_700_000_000_000;
const at = (scrape: number) => startMs + scrape * 5_000;

/** A page that changes: at each scrape, which of three series it has; undefined: the scrape fails. */
type Page = readonly boolean[] | undefined;

function scraped(pages: readonly Page[]): MetricStore {
  const store = new MetricStore();
  const target = store.target('tikv', 'tikv-1:20180');
  const refs = ['a', 'b', 'c'].map((label) => target.series('requests_total', { label }));
  pages.forEach((page, scrape) => {
    target.begin(at(scrape) + (scrape % 3));
    refs.forEach((ref, i) => page?.[i] && target.set(ref, scrape * 10 + i));
    target.end({ up: page !== undefined, durationSeconds: 0.01 });
  });
  return store;
}

const source = (store: MetricStore, nowMs: number): Transport => prometheusTransport(store, () => nowMs);

async function copied(store: MetricStore, toMs: number): Promise<MetricStore> {
  const taken = await takeRawSeries(source(store, toMs), { selector: '{job="tikv"}', fromMs: startMs - 1, toMs });
  if (!taken.ok) throw new Error(taken.failure.because);
  return storeOfTaken(taken.value.values(), { toMs, metadata: new Map() });
}

describe('metrics that are taken out of a Prometheus', () => {
  test('answer as it did, at every instant, whatever was on the pages', async () => {
    const page = fc.option(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { nil: undefined });
    await fc.assert(fc.asyncProperty(fc.array(page, { minLength: 2, maxLength: 30 }), async (pages) => {
      const toMs = at(pages.length - 1) + 4_000;
      const [before, after] = [scraped(pages), await copied(scraped(pages), toMs)];
      for (let nowMs = startMs; nowMs <= toMs; nowMs += 2_500) {
        const [was, is] = await Promise.all([before, after].map((store) => prometheusPort(source(store, toMs), { now: () => nowMs }).query('{job="tikv"}', nowMs)));
        expect(is).toEqual(was);
      }
    }), { numRuns: 30 });
  });

  test('a target that vanished from the configuration has ended, and does not linger for five minutes', async () => {
    const toMs = at(40);
    const after = await copied(scraped([[true, true, true], [true, true, true], [true, true, true]]), toMs);
    const seen = await prometheusPort(source(after, toMs), { now: () => toMs }).query('requests_total', at(10));
    expect(seen).toEqual(ok([]));
  });

  test('an alert is over when its rule stops writing it', () => {
    const labels = { __name__: 'ALERTS', alertname: 'Down', alertstate: 'firing', job: 'tikv', instance: 'tikv-1:20180' };
    const store = storeOfTaken([{ labels, timesMs: [0, 1, 2, 5, 6].map((n) => at(n)), values: [1, 1, 1, 1, 1] }], { toMs: at(20), metadata: new Map() });
    const firing = async (scrape: number) => {
      const answer = await prometheusPort(source(store, at(20)), { now: () => at(20) }).query('ALERTS', at(scrape));
      return answer.ok && answer.value.length;
    };
    return expect(Promise.all([2, 3, 5, 6, 8].map(firing))).resolves.toEqual([1, 0, 1, 1, 0]);
  });

  test('a question that is too much is asked again in halves, and no sample comes twice', async () => {
    const store = scraped(Array.from({ length: 24 }, () => [true, true, true]));
    const real = source(store, at(24));
    const spans: number[] = [];
    const modest: Transport = async (request) => {
      const form = new URLSearchParams(request.body);
      const spanMs = Number(/\[(\d+)ms\]/.exec(form.get('query') ?? '')?.[1]);
      spans.push(spanMs);
      if (spanMs > 20_000) return ok({ status: 422, body: JSON.stringify({ status: 'error', errorType: 'execution', error: 'query processing would load too many samples into memory in query execution' }) });
      return real(request);
    };
    const taken = await takeRawSeries(modest, { selector: '{job="tikv"}', fromMs: startMs - 1, toMs: at(24) });
    expect(Math.min(...spans)).toBeLessThan(20_000);
    const series = taken.ok ? [...taken.value.values()].find(({ labels }) => labels['label'] === 'a') : undefined;
    expect(series?.values).toEqual(Array.from({ length: 24 }, (_, scrape) => scrape * 10));
  });

  test("Prometheus' own words are told when it refuses", async () => {
    const refusing: Transport = async () => ok({ status: 400, body: JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'invalid parameter "query"' }) });
    expect(await takeRawSeries(refusing, { selector: '{', fromMs: 0, toMs: 1_000 })).toMatchObject({ ok: false, failure: { because: 'bad_data: invalid parameter "query"' } });
  });
});
