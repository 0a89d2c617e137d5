import { type Dispatcher, getGlobalDispatcher, interceptors } from 'undici';
import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { Transport } from '../../src/ports/http.ts';
import { httpTransport } from '../../src/ports/undici-transport.ts';
import type { TargetStatus } from './api-targets.ts';
import { unpackGzip } from './gzip-pages.ts';
import { TargetScrape, type ScrapeLimits } from './scraper-target.ts';
import type { MetricStore } from './store.ts';

/** A page to scrape. */
export interface ScrapeSpec {
  readonly job: string;
  readonly instance: string;
  /** The page with its path, e.g. `http://127.0.0.1:20180/metrics`. */
  readonly url: string;
}

/** How to scrape. */
export interface ScraperOptions {
  readonly targets: readonly ScrapeSpec[];
  readonly store: MetricStore;
  readonly clock: Clock;
  /** Default 15 s. */
  readonly intervalMs?: Millis;
  /** Default: the interval, but at most 10 s. */
  readonly timeoutMs?: Millis;
  readonly limits?: Partial<ScrapeLimits>;
  /** How long samples are kept, give or take a quarter; default: for ever. */
  readonly retentionMs?: Millis;
  /** The connections of the default transport; default: those of the process. */
  readonly dispatcher?: Dispatcher;
  /** How to reach a target; default: HTTP over the network. */
  readonly transport?: (target: ScrapeSpec) => Transport;
  /** Stops the scraper, as `stop` does. */
  readonly signal?: AbortSignal;
}

/** A scraper at work. */
export interface Scraper extends AsyncDisposable {
  /** Takes no further page, abandons those under way and resolves when all is still. */
  readonly stop: () => Promise<void>;
  /** The targets and how their last scrape went. */
  readonly status: () => readonly TargetStatus[];
}

const defaultLimits: ScrapeLimits = { bodyBytes: 64 * 1024 * 1024, samples: 500_000, labels: 64, labelNameLength: 512, labelValueLength: 8_192 };

/** Reads every target's page in its interval and writes it into the store; each target keeps a rhythm of its own. */
export function startScraper({ targets, store, clock, intervalMs = 15_000, timeoutMs = Math.min(intervalMs, 10_000), limits, retentionMs = Infinity, dispatcher, transport, signal }: ScraperOptions): Scraper {
  const stopping = new AbortController();
  const ended = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  const allLimits = { ...defaultLimits, ...limits };
  const reach = transport ?? ((spec: ScrapeSpec) => pageTransport(spec, { timeoutMs, maxBodyBytes: allLimits.bodyBytes, dispatcher }));
  const scrapes = targets.map((spec) => new TargetScrape(store, { spec, intervalMs, timeoutMs, limits: allLimits, clock, fetch: reach(spec) }));
  const startMs = clock.now();
  const loops = scrapes.map((scrape, i) => keepScraping(scrape, { clock, intervalMs, firstMs: startMs + Math.floor((i * intervalMs) / targets.length), signal: ended, after: () => keepTo(store, retentionMs, clock.now()) }));
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('the scraper stops'));
    await Promise.all(loops);
  };
  return { stop, status: () => scrapes.map((scrape) => scrape.status()), [Symbol.asyncDispose]: stop };
}

interface PageOptions {
  readonly timeoutMs: Millis;
  readonly maxBodyBytes: number;
  readonly dispatcher: Dispatcher | undefined;
}

/** The formats that a Prometheus 3 asks for, in its order. */
const accept = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6',
  'application/openmetrics-text;version=0.0.1;q=0.5',
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
  'text/plain;version=0.0.4;q=0.3',
  '*/*;q=0.2',
].join(',');

/** As a Prometheus asks: redirects are followed, pages may come compressed, and their length is that of the text. */
function pageTransport(spec: ScrapeSpec, { timeoutMs, maxBodyBytes, dispatcher = getGlobalDispatcher() }: PageOptions): Transport {
  const headers = { accept, 'accept-encoding': 'gzip', 'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1_000) };
  return httpTransport(new URL(spec.url).origin, { timeoutMs, maxBodyBytes, headers, dispatcher: dispatcher.compose(interceptors.redirect({ maxRedirections: 10 }), unpackGzip) });
}

interface Rhythm {
  readonly clock: Clock;
  readonly intervalMs: Millis;
  readonly firstMs: Millis;
  readonly signal: AbortSignal;
  readonly after: () => void;
}

/** Drops old samples when a quarter more than is to be kept has come together. */
function keepTo(store: MetricStore, retentionMs: Millis, nowMs: Millis): void {
  if (nowMs - (store.oldestMs ?? nowMs) > 1.25 * retentionMs) store.forgetBefore(nowMs - retentionMs);
}

/** Scrapes at firstMs, firstMs + interval, …; a scrape that takes longer than its interval costs the next ones, not their rhythm. */
async function keepScraping(scrape: TargetScrape, { clock, intervalMs, firstMs, signal, after }: Rhythm): Promise<void> {
  try {
    for (let dueMs = firstMs; ; ) {
      await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
      await scrape.once(signal);
      after();
      dueMs += intervalMs * Math.max(1, Math.ceil((clock.now() - dueMs) / intervalMs));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
