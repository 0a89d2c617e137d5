import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failed } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { queryInstant } from '../../telemetry/promql/engine.ts';
import { metricsJsonl } from '../../telemetry/snapshot.ts';
import { MetricStore } from '../../telemetry/store.ts';
import { MetricCopy } from './metric-copy.ts';

const target = { job: 'etcd', instance: 'etcd-1:2379' };
const startMs = 1_700_000_000_000;

/** One scrape: whether it worked, and which of three series it had. */
interface Scraped {
  readonly up: boolean;
  readonly series: readonly string[];
}

function scrape(store: MetricStore, atMs: number, { up, series }: Scraped): void {
  const sink = store.target(target.job, target.instance);
  sink.begin(atMs);
  if (up) for (const [i, name] of series.entries()) sink.set(sink.series(name, { le: '+Inf', To: 'ä"\\' }), atMs / 1_000 + i);
  sink.end({ up, durationSeconds: up ? 0.25 : 4 });
}

const copyFrom = (transport: Transport): { copied: MetricStore; copy: MetricCopy } => {
  const copied = new MetricStore();
  return { copied, copy: new MetricCopy(copied, { transport, targets: [target], fromMs: startMs }) };
};

test('a copy has every scrape, every failed one and every series that vanished, whenever it was taken', async () => {
  const scrapes = fc.array(fc.record({ up: fc.boolean(), series: fc.subarray(['a', 'b', 'c']) }), { minLength: 1, maxLength: 12 });
  await fc.assert(fc.asyncProperty(scrapes, fc.array(fc.nat(70_000)), async (history, moments) => {
    const real = new MetricStore();
    let nowMs = startMs;
    const { copied, copy } = copyFrom(prometheusTransport(real, () => nowMs));
    const acts = [...history.map((each, i) => ({ atMs: startMs + 1 + i * 5_000, each })), ...moments.map((offset) => ({ atMs: startMs + offset, each: undefined }))];
    for (const { atMs, each } of acts.toSorted((a, b) => a.atMs - b.atMs)) {
      nowMs = atMs;
      if (each) scrape(real, atMs, each);
      else await copy.upTo(nowMs);
    }
    await copy.upTo((nowMs = startMs + 70_000));
    expect(metricsJsonl(copied)).toBe(metricsJsonl(real));
  }), { numRuns: 60 });
});

test('who copies twice at once has everything once', async () => {
  const real = new MetricStore();
  for (let i = 0; i < 3; i++) scrape(real, startMs + 1 + i * 5_000, { up: true, series: ['a', 'b'] });
  const { copied, copy } = copyFrom(prometheusTransport(real, () => startMs + 20_000));
  await Promise.all([copy.upTo(startMs + 20_000), copy.upTo(startMs + 20_000)]);
  expect(metricsJsonl(copied)).toBe(metricsJsonl(real));
});

test('infinite values and those that are no numbers are copied as they are', async () => {
  const real = new MetricStore();
  const sink = real.target(target.job, target.instance);
  sink.begin(startMs + 1);
  for (const [name, value] of [['inf', Infinity], ['minus', -Infinity], ['nan', NaN]] as const) sink.set(sink.series(name, {}), value);
  sink.end({ up: true, durationSeconds: 0 });
  const { copied, copy } = copyFrom(prometheusTransport(real, () => startMs + 10));
  await copy.upTo(startMs + 10);
  const answer = queryInstant(copied, '{job="etcd",__name__=~"inf|minus|nan"}', { atMs: startMs + 10 });
  expect(answer.kind === 'vector' && answer.series.map(({ points }) => points[0]?.value)).toEqual([Infinity, -Infinity, NaN]);
});

test('a Prometheus that does not answer for a while is asked again, and nothing is lost', async () => {
  const real = new MetricStore();
  const working = prometheusTransport(real, () => startMs + 20_000);
  let broken = true;
  const { copied, copy } = copyFrom(async (request) => (broken ? failed('LAB_TIMEOUT', 'silent') : working(request)));
  scrape(real, startMs + 1_000, { up: true, series: ['a'] });
  await copy.upTo(startMs + 2_000);
  broken = false;
  scrape(real, startMs + 6_000, { up: true, series: ['a'] });
  await copy.upTo(startMs + 20_000);
  expect(metricsJsonl(copied)).toBe(metricsJsonl(real));
});
