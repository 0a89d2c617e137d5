import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/kernel/random.ts';
import { parseSeriesName } from '../../harness/telemetry/promql/series-notation.ts';
import { MetricStore } from '../../harness/telemetry/store.ts';

const reference = join(import.meta.dirname, '../../../shared/reference/promql');

/** Whether the vendor's dashboards lie beside the repository. */
export const dashboardsAreThere = (): boolean => existsSync(join(reference, 'dashboard-exprs.json'));

/** Every query of the vendor's dashboards. */
export const dashboardQueries = (): string[] => (JSON.parse(readFileSync(join(reference, 'dashboard-exprs.json'), 'utf8')) as { expr: string }[]).map(({ expr }) => expr);

/** The label sets that those queries match on one host: 2,684 of them. */
export function dashboardSeries(): Record<string, string>[] {
  const script = readFileSync(join(reference, 'promql-dashboards/dashboards.test'), 'utf8');
  return [...script.matchAll(/^ {2}([a-z_:A-Z][\w:]*\{.*\}) \S+$/gm)].map(([, series]) => parseSeriesName(series as string));
}

/** One measurement: so many series, so many hours of samples, asked in such steps. */
export interface Case {
  readonly series: number;
  readonly hours: number;
  readonly stepMs: number;
}

/** When the samples of every case begin, and how far they are apart. */
export const grid = { startMs: 1_700_000_000_000, intervalMs: 15_000 };
/** How often each series of a case was scraped. */
export const scrapesOf = ({ hours }: Case): number => (hours * 3_600_000) / grid.intervalMs;
/** When the samples of a case end. */
export const endMsOf = (chosen: Case): number => grid.startMs + scrapesOf(chosen) * grid.intervalMs;

/** The dashboard queries that a bench asks, the same ones every time. */
export const sampledQueries = (): string[] => Random.fromSeed(7).shuffle([...new Set(dashboardQueries())]).slice(0, 100);

/**
 * Registers label sets host after host until there are enough, then writes counters: whole numbers that grow by drawn
 * steps, times in seconds that grow by fractions, and every fourth that rests. On a real TiKV four of five rest.
 */
export function benchStore(chosen: Case, progress: (text: string) => void = () => {}): MetricStore {
  const store = new MetricStore();
  const hosts = registered(store, chosen);
  const random = Random.fromSeed(8);
  for (let scrape = 0; scrape < scrapesOf(chosen); scrape++) {
    if (scrape % 100 === 0) progress(`writing scrape ${scrape} of ${scrapesOf(chosen)}`);
    for (const { target, refs, shares, totals } of hosts) {
      target.begin(grid.startMs + scrape * grid.intervalMs);
      for (let i = 0; i < refs.length; i++) target.set(refs[i] as number, (totals[i]! += (shares[i] as number) * (random.uint32() & 63)));
      target.end({ up: true, durationSeconds: 0.01 });
    }
  }
  return store;
}

interface Host {
  readonly target: ReturnType<MetricStore['bareTarget']>;
  readonly refs: readonly number[];
  /** By what each series grows: whole steps, fractions, or not at all. */
  readonly shares: readonly number[];
  readonly totals: Float64Array;
}

function registered(store: MetricStore, chosen: Case): Host[] {
  const hosts: Host[] = [];
  const sets = relevantSets(chosen);
  for (let left = chosen.series, host = 0; left > 0; host++) {
    const target = store.bareTarget('bench', String(host));
    const here = sets.slice(0, left);
    const refs = here.map(({ __name__ = '', ...labels }) => target.series(__name__, host === 0 ? labels : { ...labels, instance: `${host}-${labels.instance}` }));
    hosts.push({ target, refs, shares: here.map(({ __name__ = '' }, i) => (i % 4 === 0 ? 0 : /_sum$|_seconds_total$/.test(__name__) ? 1 / 7_919 : 1)), totals: new Float64Array(refs.length) });
    left -= here.length;
  }
  return hosts;
}

/** A small store holds what the queries are about, so that they find something. */
function relevantSets({ series }: Case): Record<string, string>[] {
  const all = dashboardSeries();
  const queries = sampledQueries();
  return series >= all.length ? all : all.filter(({ __name__ = '' }) => queries.some((query) => query.includes(__name__)));
}
