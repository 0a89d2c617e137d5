import type { Millis } from '../../src/kernel/clock.ts';
import type { Labels } from './contract.ts';
import { compareText, nameLabel } from './labels.ts';
import { matcher } from './matchers.ts';
import { promDuration, rfc3339 } from './api-format.ts';
import type { Parameters } from './api-parameters.ts';
import type { MetricStore } from './store.ts';
import type { StoredTarget } from './target.ts';

/** A scrape target as the API tells of it. */
export interface TargetStatus {
  readonly job: string;
  readonly instance: string;
  /** Labels beside job and instance. */
  readonly labels?: Labels;
  readonly url: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Why the last scrape failed; empty after a good one. */
  readonly lastError: string;
  readonly lastScrapeMs?: Millis;
  readonly lastScrapeSeconds: number;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
}

/** The targets that wrote into a store, as they were at an instant; why a scrape failed is not kept in a store. */
export function targetsOf(store: MetricStore, nowMs: Millis): TargetStatus[] {
  return store.targets().filter(({ bare }) => !bare).map((target) => statusOf(store, target, nowMs));
}

function statusOf(store: MetricStore, target: StoredTarget, nowMs: Millis): TargetStatus {
  const { job, instance } = target;
  const last = (name: string) => {
    const view = store.select([matcher(nameLabel, '=', name), matcher('job', '=', job), matcher('instance', '=', instance)])[0]?.view(nowMs);
    return view && view.times.length > 0 ? { atMs: view.times.at(-1) as Millis, value: view.values.at(-1) as number } : undefined;
  };
  const up = last('up');
  const intervalMs = usualStep(target.times.slice(0, target.times.count));
  return {
    job,
    instance,
    url: `http://${instance}/metrics`,
    health: up === undefined ? 'unknown' : up.value === 1 ? 'up' : 'down',
    lastError: up?.value === 0 ? 'the scrape failed; the reason was not kept' : '',
    ...(up && { lastScrapeMs: up.atMs }),
    lastScrapeSeconds: last('scrape_duration_seconds')?.value ?? 0,
    intervalMs,
    timeoutMs: Math.min(intervalMs, 10_000),
  };
}

/** The median distance of the scrapes, to the second. */
function usualStep(times: Float64Array): Millis {
  const steps = Float64Array.from(times.subarray(1), (atMs, i) => atMs - (times[i] as number)).sort();
  return Math.max(1_000, Math.round((steps[steps.length >> 1] ?? 0) / 1_000) * 1_000);
}

/** `data` of `/api/v1/targets`. */
export function targetsData(targets: readonly TargetStatus[], parameters: Parameters): unknown {
  const [state, pool] = [parameters.get('state')?.toLowerCase() ?? '', parameters.get('scrapePool') ?? ''];
  const pools = [...new Set(targets.map(({ job }) => job))].sort(compareText);
  const wanted = targets.filter(({ job }) => pool === '' || job === pool).sort((a, b) => compareText(a.job, b.job) || compareText(a.instance, b.instance));
  const isShown = (kind: string): boolean => state === '' || state === 'any' || state === kind;
  return {
    activeTargets: isShown('active') ? wanted.map(targetJson) : [],
    droppedTargets: [],
    droppedTargetCounts: isShown('dropped') ? Object.fromEntries(pools.map((name) => [name, 0])) : null,
  };
}

function targetJson({ job, instance, labels = {}, url, health, lastError, lastScrapeMs, lastScrapeSeconds, intervalMs, timeoutMs }: TargetStatus): unknown {
  const { host, pathname, protocol } = new URL(url);
  const [scrapeInterval, scrapeTimeout] = [promDuration(intervalMs), promDuration(timeoutMs)];
  return {
    discoveredLabels: { __address__: host, __metrics_path__: pathname, __scheme__: protocol.slice(0, -1), __scrape_interval__: scrapeInterval, __scrape_timeout__: scrapeTimeout, job, ...labels },
    labels: { ...labels, instance, job },
    scrapePool: job,
    scrapeUrl: url,
    globalUrl: url,
    lastError,
    lastScrape: rfc3339(lastScrapeMs),
    lastScrapeDuration: lastScrapeSeconds,
    health,
    scrapeInterval,
    scrapeTimeout,
  };
}
