import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { request } from 'undici';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { writeExposition } from '../../harness/telemetry/exposition-write.ts';
import { readExposition } from '../../harness/telemetry/exposition.ts';
import { decodeMetrics, encodeMetrics } from '../../harness/telemetry/snapshot.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';
import { noPrometheus, prometheusBinary, RealPrometheus } from '../../test/telemetry/real-prometheus.ts';
import { benchStore, dashboardsAreThere, endMsOf, sampledQueries, scrapesOf, type Case } from './data.ts';

const warmRounds = 4;
const repeats = 4;
/** A JSON text of one snapshot must fit into one string. */
const largestSnapshot = 12_000_000;

/**
 * Latency of the vendor's dashboard queries over HTTP beside a real Prometheus with the same samples, and what samples
 * cost. The largest case holds 115 million samples and takes minutes: BENCH_LARGE=1 measures it, and only it.
 */
export async function promql(): Promise<string[]> {
  if (!dashboardsAreThere()) return ["skipped: the vendor's dashboards are not beside this repository (../shared/reference/promql)"];
  const binary = prometheusBinary();
  const cases: Case[] = process.env.BENCH_LARGE ? [{ series: 20_000, hours: 24, stepMs: 60_000 }] : [{ series: 1_000, hours: 1, stepMs: 15_000 }, { series: 20_000, hours: 1, stepMs: 15_000 }, { series: 1_000, hours: 24, stepMs: 60_000 }];
  const lines = binary === undefined ? [`no ratios: ${noPrometheus}`] : [];
  lines.push(...(await startUps(binary)));
  // Compiles what every case runs, so that the first is not charged with it.
  benchStore({ series: 200, hours: 1, stepMs: 15_000 });
  for (const each of cases) lines.push(...(await measure(each, binary)));
  return lines;
}

/** From the start of the process until it listens. */
async function startUps(binary: string | undefined): Promise<string[]> {
  const elapsed = stopwatch();
  await labLatencies([], { series: 1, hours: 0, stepMs: 15_000 });
  const lines = [`start-up, nothing stored: lab ${Math.round(elapsed())} ms`];
  if (binary === undefined) return lines;
  const theirs = stopwatch();
  await using real = await RealPrometheus.start(binary);
  await real.get('/-/ready');
  return [`${lines[0]}, Prometheus ${Math.round(theirs())} ms`];
}

async function measure(wanted: Case, binary: string | undefined): Promise<string[]> {
  const queries = sampledQueries();
  const samples = wanted.series * scrapesOf(wanted);
  const before = memoryBytes();
  const writing = stopwatch();
  const store = benchStore(wanted);
  const writtenMs = writing();
  const lines = [
    `${wanted.series} series, ${wanted.hours} h at 15 s (${million(samples)} samples), ${queries.length} dashboard queries over it all every ${wanted.stepMs / 1_000} s`,
    `  written directly: ${million((samples / writtenMs) * 1_000)} samples/s; ${((memoryBytes() - before) / samples).toFixed(1)} bytes per sample in memory (rough: garbage of the case before can fall into it)`,
    ...textAndDisk(store, samples),
  ];
  const own = await labLatencies(queries, wanted);
  lines.push(`  lab: median ${own.median.toFixed(2)} ms, p99 ${own.p99.toFixed(1)} ms a query`);
  if (binary === undefined) return lines;
  await using real = await RealPrometheus.start(binary);
  await real.write(store);
  const theirs = await latencies(real.url, queries, wanted);
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

/** The lab's server in a process of its own, as the other one is. */
async function labLatencies(queries: readonly string[], chosen: Case): Promise<Latencies> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), JSON.stringify(chosen)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const url of createInterface(server.stdout)) return await latencies(url, queries, chosen);
    throw new Error('the server of the lab did not start');
  } finally {
    server.kill();
  }
}

/** The best of a few askings each, after rounds over all queries that are not counted: both servers are warm then. */
async function latencies(url: string, queries: readonly string[], chosen: Case): Promise<Latencies> {
  const best = new Map(queries.map((query) => [query, Infinity]));
  for (let round = -warmRounds; round < repeats; round++) {
    for (const query of queries) {
      const ms = await ask(url, query, chosen);
      if (round >= 0) best.set(query, Math.min(ms, best.get(query) ?? Infinity));
    }
  }
  const each = [...best].map(([query, ms]) => ({ query, ms }));
  const sorted = each.map(({ ms }) => ms).sort((a, b) => a - b);
  return { median: at(sorted, 0.5), p99: at(sorted, 0.99), each };
}

async function ask(url: string, query: string, chosen: Case): Promise<number> {
  const body = String(new URLSearchParams({ query, start: String(endMsOf(chosen) / 1_000 - chosen.hours * 3_600), end: String(endMsOf(chosen) / 1_000), step: String(chosen.stepMs / 1_000) }));
  const elapsed = stopwatch();
  const answer = await request(`${url}/api/v1/query_range`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${query}: ${text.slice(0, 300)}`);
  return elapsed();
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
