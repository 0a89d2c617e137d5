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

/** The label sets that those queries match on one host: 3,683 of them. */
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
export const sampledQueries = (): string[] => Random.fromSeed(7).shuffle(dashboardQueries()).slice(0, 60);

/** Registers label sets host after host until there are enough, then writes counters that grow by drawn steps. */
export function benchStore(chosen: Case): MetricStore {
  const random = Random.fromSeed(8);
  const store = new MetricStore();
  const sets = relevantSets(chosen);
  const hosts: { target: ReturnType<MetricStore['bareTarget']>; refs: number[]; totals: Float64Array }[] = [];
  for (let left = chosen.series, host = 0; left > 0; host++) {
    const target = store.bareTarget('bench', String(host));
    const refs = sets.slice(0, left).map(({ __name__ = '', ...labels }) => target.series(__name__, host === 0 ? labels : { ...labels, instance: `${host}-${labels.instance}` }));
    hosts.push({ target, refs, totals: new Float64Array(refs.length) });
    left -= refs.length;
  }
  for (let scrape = 0; scrape < scrapesOf(chosen); scrape++) {
    for (const { target, refs, totals } of hosts) {
      target.begin(grid.startMs + scrape * grid.intervalMs);
      refs.forEach((ref, i) => target.set(ref, (totals[i]! += i % 4 === 0 ? 0 : random.uint32() & 63)));
      target.end({ up: true, durationSeconds: 0.01 });
    }
  }
  return store;
}

/** A small store holds what the queries are about, so that they find something. */
function relevantSets({ series }: Case): Record<string, string>[] {
  const all = dashboardSeries();
  const queries = sampledQueries();
  return series >= all.length ? all : all.filter(({ __name__ = '' }) => queries.some((query) => query.includes(__name__)));
}
