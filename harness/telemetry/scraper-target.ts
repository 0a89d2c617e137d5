import type { Clock, Millis } from '../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import type { TargetStatus } from './api-targets.ts';
import type { Labels, MetricMeta, SeriesRef } from './contract.ts';
import { formatOf, readExposition, storedType } from './exposition.ts';
import { nameLabel } from './labels.ts';
import type { ScrapeSpec } from './scraper.ts';
import type { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** What a page may have; a page with more counts as a failed scrape, so that a broken target cannot fill the memory. */
export interface ScrapeLimits {
  readonly bodyBytes: number;
  readonly samples: number;
  /** Labels of one series, name, job and instance included. */
  readonly labels: number;
  readonly labelNameLength: number;
  readonly labelValueLength: number;
}

/** A series of the page. */
interface PageSeries {
  readonly name: string;
  readonly labels: Labels;
  /** Its place among the target's own series; undefined for one whose first sample had a time of its own. */
  ref?: SeriesRef;
  /** The time of its last sample, for one whose first sample had a time of its own. */
  lastMs?: Millis;
  /** Number of the last scrape that it was in. */
  scrape: number;
}

interface PageSample {
  readonly series: PageSeries;
  readonly value: number;
  readonly timestampMs: Millis | undefined;
}

interface TargetOptions {
  readonly spec: ScrapeSpec;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
  readonly limits: ScrapeLimits;
  readonly clock: Clock;
  readonly fetch: Transport;
}

/** One target: takes its page when asked and writes what is on it. */
export class TargetScrape {
  readonly #store: MetricStore;
  readonly #target: StoredTarget;
  readonly #options: TargetOptions;
  readonly #known = new Map<string, PageSeries>();
  readonly #described = new Map<string, MetricMeta>();
  #scrape = 0;
  #last: Pick<TargetStatus, 'health' | 'lastError' | 'lastScrapeMs' | 'lastScrapeSeconds'> = { health: 'unknown', lastError: '', lastScrapeSeconds: 0 };

  constructor(store: MetricStore, options: TargetOptions) {
    this.#store = store;
    this.#options = options;
    this.#target = store.target(options.spec.job, options.spec.instance);
  }

  status(): TargetStatus {
    const { spec, intervalMs, timeoutMs } = this.#options;
    return { ...spec, ...this.#last, intervalMs, timeoutMs };
  }

  /** Takes the page once. A failure is a sample too: `up` is 0 from then on, and every other series is stale. */
  async once(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const atMs = clock.now();
    const page = await this.#page(signal);
    signal.throwIfAborted();
    const durationSeconds = (clock.now() - atMs) / 1_000;
    this.#target.begin(atMs);
    if (page.ok) for (const sample of page.value) this.#write(sample, atMs);
    this.#target.end({ up: page.ok, durationSeconds });
    this.#forgetVanished();
    this.#last = { health: page.ok ? 'up' : 'down', lastError: page.ok ? '' : page.failure.because, lastScrapeMs: atMs, lastScrapeSeconds: durationSeconds };
  }

  async #page(signal: AbortSignal): Promise<Result<readonly PageSample[]>> {
    const { limits } = this.#options;
    const response = await this.#fetch(signal);
    if (!response.ok) return response;
    const { status, body, contentType } = response.value;
    if (status !== 200) return failed('LAB_SCRAPE', `server returned HTTP status ${status}`);
    if (body.length > limits.bodyBytes) return failed('LAB_SCRAPE', `the page is larger than ${limits.bodyBytes} bytes`);
    return this.#read(body, contentType);
  }

  /** The page, or a failure when the timeout of the target's own clock comes first. */
  async #fetch(signal: AbortSignal): ReturnType<Transport> {
    const { fetch, spec, clock, timeoutMs } = this.#options;
    const { pathname, searchParams } = new URL(spec.url);
    const [deadline, done] = [new AbortController(), new AbortController()];
    const late = clock.sleep(timeoutMs, done.signal).then(
      () => {
        deadline.abort(new Error('timeout'));
        return failed('LAB_TIMEOUT', `no page within ${timeoutMs} ms`);
      },
      () => failed('LAB_TIMEOUT', 'the scrape is over'),
    );
    const page = fetch({ method: 'GET', path: pathname, query: Object.fromEntries(searchParams) }, AbortSignal.any([signal, deadline.signal])).catch((error: unknown) => {
      if (deadline.signal.aborted) return late;
      throw error;
    });
    try {
      return await Promise.race([page, late]);
    } finally {
      done.abort();
    }
  }

  #read(body: string, contentType: string | undefined): Result<readonly PageSample[]> {
    this.#scrape++;
    const samples: PageSample[] = [];
    const read = readExposition<PageSeries>(body, formatOf(contentType), {
      known: this.#known,
      make: (name, labels) => ({ name, labels: exported(labels), scrape: 0 }),
      sample: (series, value, timestampMs) => {
        // Like Prometheus: of two samples of a series on one page the first counts.
        if (timestampMs === undefined && series.scrape === this.#scrape) return;
        series.scrape = this.#scrape;
        samples.push({ series, value, timestampMs });
      },
      describe: (metric, what) => this.#describe(metric, what),
    });
    return read.ok ? this.#withinLimits(samples) : read;
  }

  #withinLimits(samples: readonly PageSample[]): Result<readonly PageSample[]> {
    const { limits } = this.#options;
    if (samples.length > limits.samples) return failed('LAB_SCRAPE', `the page has ${samples.length} samples, more than ${limits.samples}`);
    for (const { series } of samples) {
      if (series.ref !== undefined) continue;
      const because = tooMuch(series, limits);
      if (because !== undefined) return failed('LAB_SCRAPE', because);
    }
    return ok(samples);
  }

  /**
   * A sample with a time of its own keeps it, and gets no stale marker when it vanishes. One that is not later than the last of
   * its series, or far in the future, is dropped, as by Prometheus. A series stays what it was first: with times of its own or without.
   */
  #write({ series, value, timestampMs = NaN }: PageSample, atMs: Millis): void {
    const { job, instance } = this.#target;
    if (series.ref !== undefined || (series.lastMs === undefined && Number.isNaN(timestampMs))) {
      this.#target.set((series.ref ??= this.#target.series(series.name, series.labels)), value);
      return;
    }
    const ownMs = Number.isNaN(timestampMs) ? atMs : timestampMs;
    if (ownMs <= (series.lastMs ?? -Infinity) || ownMs > atMs + furthestAheadMs) return;
    series.lastMs = ownMs;
    this.#store.append({ ...series.labels, [nameLabel]: series.name, job, instance }, ownMs, value);
  }

  #describe(metric: string, { type, help }: { readonly type?: string; readonly help?: string }): void {
    const before = this.#described.get(metric);
    const after = { type: type === undefined ? (before?.type ?? 'untyped') : storedType(type), help: help ?? before?.help ?? '' };
    if (after.type === before?.type && after.help === before.help) return;
    this.#described.set(metric, after);
    this.#store.describe(metric, after);
  }

  /** A page whose series change their names all the time must not be remembered for ever. */
  #forgetVanished(): void {
    if (this.#known.size < mostRemembered) return;
    for (const [text, { scrape }] of this.#known) if (scrape !== this.#scrape) this.#known.delete(text);
  }
}

const mostRemembered = 100_000;
const furthestAheadMs: Millis = 10 * 60_000;

/** What a target says about its own job and instance steps aside for what the scraper knows. */
function exported(labels: Labels): Labels {
  if (!('job' in labels) && !('instance' in labels)) return labels;
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name === 'job' || name === 'instance' ? freeName(`exported_${name}`, labels) : name, value]));
}

const freeName = (name: string, labels: Labels): string => (name in labels ? freeName(`exported_${name}`, labels) : name);

function tooMuch({ name, labels }: PageSeries, limits: ScrapeLimits): string | undefined {
  const entries = Object.entries(labels);
  if (entries.length + 3 > limits.labels) return `a series of ${name} has ${entries.length + 3} labels, more than ${limits.labels}`;
  const long = [[nameLabel, name], ...entries].find(([label = '', value = '']) => label.length > limits.labelNameLength || value.length > limits.labelValueLength);
  return long && `the label ${(long[0] as string).slice(0, 40)} of ${name.slice(0, 40)} is longer than allowed`;
}
