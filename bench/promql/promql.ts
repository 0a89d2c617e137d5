import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { request } from 'undici';
import { Random } from '../../src/kernel/random.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { listen } from '../../harness/telemetry/http-server.ts';
import { writeExposition } from '../../harness/telemetry/exposition-write.ts';
import { readExposition } from '../../harness/telemetry/exposition.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { decodeMetrics, encodeMetrics } from '../../harness/telemetry/snapshot.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';
import { noPrometheus, prometheusBinary, RealPrometheus } from '../../test/telemetry/real-prometheus.ts';
import { dashboardQueries, dashboardSeries, dashboardsAreThere, filledStore } from './data.ts';

interface Case {
  readonly series: number;
  readonly hours: number;
  readonly stepMs: number;
}

const startMs = 1_700_000_000_000;
const intervalMs = 15_000;
const sampledQueries = 60;
const repeats = 3;
/** A JSON text of one snapshot must fit into one string. */
const largestSnapshot = 12_000_000;

/**
 * Latency of the vendor's dashboard queries over HTTP beside a real Prometheus with the same samples, and what samples
 * cost. The largest case holds 115 million samples and takes minutes: BENCH_LARGE=1 includes it.
 */
export async function promql(): Promise<string[]> {
  if (!dashboardsAreThere()) return ["skipped: the vendor's dashboards are not beside this repository (../shared/reference/promql)"];
  const binary = prometheusBinary();
  const cases: Case[] = [{ series: 1_000, hours: 1, stepMs: 15_000 }, { series: 20_000, hours: 1, stepMs: 15_000 }, { series: 1_000, hours: 24, stepMs: 60_000 }];
  if (process.env.BENCH_LARGE) cases.push({ series: 20_000, hours: 24, stepMs: 60_000 });
  const lines = binary === undefined ? [`no ratios: ${noPrometheus}`] : [];
  for (const each of cases) lines.push(...(await measure(each, binary)));
  return lines;
}

async function measure(wanted: Case, binary: string | undefined): Promise<string[]> {
  const random = Random.fromSeed(7);
  const queries = random.fork('queries').shuffle(dashboardQueries()).slice(0, sampledQueries);
  const sets = dashboardSeries();
  const relevant = wanted.series < sets.length ? sets.filter(({ __name__ = '' }) => queries.some((query) => query.includes(__name__))) : sets;
  const scrapes = wanted.hours * 240;
  const samples = wanted.series * scrapes;
  const before = memoryBytes();
  const writing = stopwatch();
  const store = filledStore(relevant, { series: wanted.series, scrapes, startMs, intervalMs }, random.fork('values'));
  const writtenMs = writing();
  const lines = [
    `${wanted.series} series, ${wanted.hours} h at 15 s (${million(samples)} samples), ${sampledQueries} dashboard queries over it all every ${wanted.stepMs / 1_000} s`,
    `  written directly: ${million((samples / writtenMs) * 1_000)} samples/s; ${((memoryBytes() - before) / samples).toFixed(1)} bytes per sample in memory`,
    ...textAndDisk(store, samples),
  ];
  const endMs = startMs + scrapes * intervalMs;
  await using server = orThrow(await listen(prometheusTransport(store, () => endMs), { port: 0 }));
  const own = await latencies(server.url, queries, { ...wanted, endMs });
  lines.push(`  lab: median ${own.median.toFixed(2)} ms, p99 ${own.p99.toFixed(1)} ms a query`);
  if (binary === undefined) return lines;
  await using real = await RealPrometheus.start(binary);
  await real.write(store);
  const theirs = await latencies(real.url, queries, { ...wanted, endMs });
  const ratios = own.each.map(({ ms }, i) => ms / (theirs.each[i]?.ms as number)).sort((a, b) => a - b);
  const worst = own.each.map(({ query, ms }, i) => ({ query, ratio: ms / (theirs.each[i]?.ms as number) })).sort((a, b) => b.ratio - a.ratio)[0];
  return [
    ...lines,
    `  Prometheus: median ${theirs.median.toFixed(2)} ms, p99 ${theirs.p99.toFixed(1)} ms; its data on disk ${(folderBytes(real.dataDir) / samples).toFixed(1)} bytes per sample, write-ahead log included`,
    `  lab / Prometheus: median ${(own.median / theirs.median).toFixed(2)}, p99 ${(own.p99 / theirs.p99).toFixed(2)}; per query median ${at(ratios, 0.5).toFixed(2)}, worst ${at(ratios, 1).toFixed(2)} (${worst?.query.slice(0, 110)})`,
  ];
}

function textAndDisk(store: MetricStore, samples: number): string[] {
  const target = store.targets()[0];
  const lines: string[] = [];
  if (target) {
    const page = writeExposition(store, target, target.times.at(target.times.count - 1));
    const known = new Map<string, number>();
    let read = 0;
    const elapsed = stopwatch();
    for (let i = 0; i < 50; i++) readExposition(page, 'text', { known, make: () => 0, sample: () => void read++ });
    lines.push(`  read from text, pages that repeat: ${million((read / elapsed()) * 1_000)} samples/s`);
  }
  if (samples > largestSnapshot) return lines;
  const bytes = encodeMetrics(store);
  const elapsed = stopwatch();
  decodeMetrics(bytes);
  return [...lines, `  on disk ${(bytes.length / samples).toFixed(2)} bytes per sample; read back in ${Math.round(elapsed())} ms`];
}

interface Latencies {
  readonly median: number;
  readonly p99: number;
  readonly each: readonly { readonly query: string; readonly ms: number }[];
}

/** The best of a few askings each, after one that is not counted. */
async function latencies(url: string, queries: readonly string[], { hours, stepMs, endMs }: Case & { readonly endMs: number }): Promise<Latencies> {
  const each: { query: string; ms: number }[] = [];
  for (const query of queries) {
    const body = String(new URLSearchParams({ query, start: String(endMs / 1_000 - hours * 3_600), end: String(endMs / 1_000), step: String(stepMs / 1_000) }));
    const asked: number[] = [];
    for (let i = 0; i <= repeats; i++) {
      const elapsed = stopwatch();
      const answer = await request(`${url}/api/v1/query_range`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
      const text = await answer.body.text();
      if (i > 0) asked.push(elapsed());
      if (answer.statusCode !== 200) throw new Error(`${query}: ${text.slice(0, 300)}`);
    }
    each.push({ query, ms: Math.min(...asked) });
  }
  const sorted = each.map(({ ms }) => ms).sort((a, b) => a - b);
  return { median: at(sorted, 0.5), p99: at(sorted, 0.99), each };
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
const million = (count: number): string => `${(count / 1e6).toFixed(1)}M`;
const folderBytes = (dir: string): number => readdirSync(dir, { recursive: true, encoding: 'utf8' }).reduce((total, name) => total + (statSync(join(dir, name), { throwIfNoEntry: false })?.isFile() ? statSync(join(dir, name)).size : 0), 0);

/** What lives on the heap and beside it, once garbage is gone. */
function memoryBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
