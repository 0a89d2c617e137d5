import type { Clock, Millis } from '../../src/kernel/clock.ts';
import type { Transport } from '../../src/ports/http.ts';
import { httpTransport } from '../../src/ports/undici-transport.ts';
import type { TargetStatus } from './api-targets.ts';
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
export function startScraper({ targets, store, clock, intervalMs = 15_000, timeoutMs = Math.min(intervalMs, 10_000), limits, transport, signal }: ScraperOptions): Scraper {
  const stopping = new AbortController();
  const ended = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  const allLimits = { ...defaultLimits, ...limits };
  const reach = transport ?? ((spec: ScrapeSpec) => pageTransport(spec, timeoutMs, allLimits.bodyBytes));
  const scrapes = targets.map((spec) => new TargetScrape(store, { spec, intervalMs, timeoutMs, limits: allLimits, clock, fetch: reach(spec) }));
  const startMs = clock.now();
  const loops = scrapes.map((scrape, i) => keepScraping(scrape, { clock, intervalMs, firstMs: startMs + Math.floor((i * intervalMs) / targets.length), signal: ended }));
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('the scraper stops'));
    await Promise.all(loops);
  };
  return { stop, status: () => scrapes.map((scrape) => scrape.status()), [Symbol.asyncDispose]: stop };
}

function pageTransport(spec: ScrapeSpec, timeoutMs: Millis, maxBodyBytes: number): Transport {
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  return httpTransport(new URL(spec.url).origin, { timeoutMs, maxBodyBytes, headers: { accept, 'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1_000) } });
}

interface Rhythm {
  readonly clock: Clock;
  readonly intervalMs: Millis;
  readonly firstMs: Millis;
  readonly signal: AbortSignal;
}

/** Scrapes at firstMs, firstMs + interval, …; a scrape that takes longer than its interval costs the next ones, not their rhythm. */
async function keepScraping(scrape: TargetScrape, { clock, intervalMs, firstMs, signal }: Rhythm): Promise<void> {
  try {
    for (let dueMs = firstMs; ; ) {
      await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
      await scrape.once(signal);
      dueMs += intervalMs * Math.max(1, Math.ceil((clock.now() - dueMs) / intervalMs));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
