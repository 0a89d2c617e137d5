import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/kernel/random.ts';
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

/** What to fill a store with. */
export interface Extent {
  readonly series: number;
  readonly scrapes: number;
  readonly startMs: number;
  readonly intervalMs: number;
}

/** Registers the label sets host after host until there are enough, then writes counters that grow by drawn steps. */
export function filledStore(sets: readonly Readonly<Record<string, string>>[], extent: Extent, random: Random): MetricStore {
  const store = new MetricStore();
  const hosts: { target: ReturnType<MetricStore['bareTarget']>; refs: number[]; totals: Float64Array }[] = [];
  for (let left = extent.series, host = 0; left > 0; host++) {
    const target = store.bareTarget('bench', String(host));
    const refs = sets.slice(0, left).map(({ __name__ = '', ...labels }) => target.series(__name__, host === 0 ? labels : { ...labels, instance: `${host}-${labels.instance}` }));
    hosts.push({ target, refs, totals: new Float64Array(refs.length) });
    left -= refs.length;
  }
  for (let scrape = 0; scrape < extent.scrapes; scrape++) {
    for (const { target, refs, totals } of hosts) {
      target.begin(extent.startMs + scrape * extent.intervalMs);
      refs.forEach((ref, i) => target.set(ref, (totals[i]! += i % 4 === 0 ? 0 : random.uint32() & 63)));
      target.end({ up: true, durationSeconds: 0.01 });
    }
  }
  return store;
}
