import { z } from 'zod';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { Transport } from '../../../src/ports/http.ts';
import type { MetricMeta } from '../../telemetry/contract.ts';
import type { MetricStore } from '../../telemetry/store.ts';

/** A target of the Prometheus that is copied from. */
export interface CopiedTarget {
  readonly job: string;
  readonly instance: string;
}

type Point = readonly [seconds: number, value: string];
const matrixSchema = z.object({ data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })) }) });
const metadataSchema = z.object({ data: z.record(z.string(), z.array(z.object({ type: z.string(), help: z.string() }))) });

/** Series that the store writes about a scrape by itself. */
const aboutScrape = /^(up|scrape_.*)$/;

/**
 * Copies what a Prometheus has scraped into a store, a little at a time, sample by sample with their own times.
 * Prometheus does not tell its stale markers, but they follow: it writes a scrape whole, so a series that has no
 * sample at a scrape of its target became stale there.
 */
export class MetricCopy {
  readonly #store: MetricStore;
  readonly #transport: Transport;
  readonly #targets: readonly CopiedTarget[];
  readonly #copiedMs = new Map<string, Millis>();
  readonly #fromMs: Millis;
  #turn: Promise<void> = Promise.resolve();

  constructor(store: MetricStore, from: { readonly transport: Transport; readonly targets: readonly CopiedTarget[]; readonly fromMs: Millis }) {
    this.#store = store;
    this.#transport = from.transport;
    this.#targets = from.targets;
    this.#fromMs = from.fromMs;
  }

  /** Copies every scrape that is complete and was not copied yet. A Prometheus that does not answer is asked again next time. */
  upTo(nowMs: Millis): Promise<void> {
    // One after the other: two at once would both write what neither has written yet.
    const turn = this.#turn.then(async () => {
      for (const target of this.#targets) await this.#copyTarget(target, nowMs);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Types and help texts, once the targets have been scraped. */
  async describe(triesLeft = 2): Promise<void> {
    const answer = await this.#transport({ method: 'GET', path: '/api/v1/metadata' });
    if (!answer.ok || answer.value.status !== 200) return triesLeft > 0 ? this.describe(triesLeft - 1) : undefined;
    for (const [metric, [first]] of Object.entries(metadataSchema.parse(JSON.parse(answer.value.body)).data)) {
      if (first) this.#store.describe(metric, { type: storedType(first.type), help: first.help });
    }
  }

  async #copyTarget(target: CopiedTarget, nowMs: Millis): Promise<void> {
    const sinceMs = this.#copiedMs.get(target.instance) ?? this.#fromMs;
    const seconds = Math.ceil((nowMs - sinceMs) / 1000) + 1;
    const query = `{job=${JSON.stringify(target.job)},instance=${JSON.stringify(target.instance)}}[${seconds}s]`;
    const answer = await this.#transport({ method: 'GET', path: '/api/v1/query', query: { query, time: String(nowMs / 1000) } });
    if (!answer.ok || answer.value.status !== 200) return;
    const series = matrixSchema.parse(JSON.parse(answer.value.body)).data.result;
    const scrapes = scrapesOf(series, sinceMs);
    const sink = this.#store.target(target.job, target.instance);
    for (const [atMs, { up, durationSeconds, samples }] of scrapes) {
      sink.begin(atMs);
      for (const { metric, value } of samples) {
        const { __name__ = '', job: _job, instance: _instance, ...labels } = metric;
        sink.set(sink.series(__name__, labels), value);
      }
      sink.end({ up, durationSeconds });
      this.#copiedMs.set(target.instance, atMs);
    }
  }
}

interface Scrape {
  up: boolean;
  durationSeconds: number;
  readonly samples: { readonly metric: Readonly<Record<string, string>>; readonly value: number }[];
}

/** The scrapes after an instant, oldest first. `up` tells when there was one; samples with times of their own belong to none and are left out. */
function scrapesOf(series: readonly { readonly metric: Readonly<Record<string, string>>; readonly values: readonly Point[] }[], sinceMs: Millis): ReadonlyMap<Millis, Scrape> {
  const scrapes = new Map<Millis, Scrape>();
  const named = (name: string): readonly Point[] => series.find(({ metric }) => metric['__name__'] === name)?.values ?? [];
  for (const [seconds, value] of named('up')) if (toMs(seconds) > sinceMs) scrapes.set(toMs(seconds), { up: value === '1', durationSeconds: 0, samples: [] });
  for (const [seconds, value] of named('scrape_duration_seconds')) {
    const scrape = scrapes.get(toMs(seconds));
    if (scrape) scrape.durationSeconds = Number(value);
  }
  for (const { metric, values } of series) {
    if (aboutScrape.test(metric['__name__'] ?? '')) continue;
    for (const [seconds, value] of values) scrapes.get(toMs(seconds))?.samples.push({ metric, value: numberOf(value) });
  }
  return scrapes;
}

const toMs = (seconds: number): Millis => Math.round(seconds * 1000);
const numberOf = (text: string): number => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text));
const storedType = (type: string): MetricMeta['type'] => (type === 'counter' || type === 'gauge' || type === 'histogram' || type === 'summary' ? type : 'untyped');
