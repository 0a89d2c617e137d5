import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { noPrometheus, prometheusBinary, RealPrometheus } from '../../test/telemetry/real-prometheus.ts';
import { memoryLine, startUps, storageLines } from './costs.ts';
import { benchStore, dashboardsAreThere, sampledQueries, scrapesOf, type Case } from './data.ts';
import { LabServer } from './lab-server.ts';
import { median, quantile, timings, type Rounds, type Timing } from './latency.ts';
import { reasonOf, type Reason } from './reasons.ts';

const cases: readonly Case[] = [{ series: 1_000, hours: 1, stepMs: 15_000 }, { series: 20_000, hours: 1, stepMs: 15_000 }, { series: 1_000, hours: 24, stepMs: 60_000 }];
const large: Case = { series: 20_000, hours: 24, stepMs: 60_000 };
const rounds: Rounds = { warm: 40, counted: 15 };
const largeRounds: Rounds = { warm: 2, counted: 5 };

/**
 * Latency of the vendor's dashboard queries over HTTP beside a real Prometheus with the same samples, and what samples
 * cost. The largest case holds 115 million samples and takes minutes: BENCH_LARGE=1 measures it, and only it.
 */
export async function promql(): Promise<string[]> {
  if (!dashboardsAreThere()) return ["skipped: the vendor's dashboards are not beside this repository (../shared/reference/promql)"];
  const lines = prometheusBinary() === undefined ? [`no ratios: ${noPrometheus}`] : [];
  lines.push(...(await startUps()));
  // Compiles what every case runs, so that the first is not charged with it.
  for (let i = 0; i < 3; i++) storageLines({ series: 1_000, hours: 0.25, stepMs: 15_000 });
  for (const chosen of process.env.BENCH_LARGE ? [large] : cases) lines.push(...(await measured(chosen)));
  return lines;
}

async function measured(chosen: Case): Promise<string[]> {
  const queries = sampledQueries();
  const samples = chosen.series * scrapesOf(chosen);
  const title = `${chosen.series} series, ${chosen.hours} h at 15 s (${(samples / 1e6).toFixed(1)}M samples), ${queries.length} dashboard queries over it all every ${chosen.stepMs / 1_000} s`;
  const progress = (text: string) => void (process.stderr.isTTY || chosen === large ? process.stderr.write(`    ${chosen.series} x ${chosen.hours} h: ${text}\n`) : undefined);
  const costs = [memoryLine(chosen), ...storageLines(chosen)];
  const found = await besideEachOther(chosen, queries, progress);
  return [title, ...[...costs, ...found].map((line) => `  ${line}`)];
}

async function besideEachOther(chosen: Case, queries: readonly string[], progress: (text: string) => void): Promise<string[]> {
  progress('filling the lab');
  using lab = await LabServer.start(chosen);
  const binary = prometheusBinary();
  const how = { chosen, rounds: chosen === large ? largeRounds : rounds, progress };
  if (binary === undefined) return [latencyLine('lab', (await timings({ lab: lab.url }, queries, how)).map(({ labMs, labAllMs }) => ({ bestMs: labMs, allMs: labAllMs })))];
  await using real = await RealPrometheus.start(binary);
  const store = benchStore(chosen, progress);
  progress('filling Prometheus');
  await real.write(store);
  const lines = comparison(await timings({ lab: lab.url, prometheus: real.url }, queries, how), (each) => reasonOf(each, store, chosen));
  return [...lines, `Prometheus' data on disk: ${(folderBytes(real.dataDir) / (chosen.series * scrapesOf(chosen))).toFixed(1)} bytes per sample, write-ahead log included`];
}

function latencyLine(who: string, taken: readonly { readonly bestMs: number; readonly allMs: readonly number[] }[]): string {
  return `${who}: ${spread(taken.map(({ bestMs }) => bestMs), ' ms')} a query; p99 of all askings ${quantile(taken.flatMap(({ allMs }) => allMs), 0.99).toFixed(2)} ms`;
}

const spread = (values: readonly number[], unit: string): string => `median ${median(values).toFixed(2)}${unit}, p99 ${quantile(values, 0.99).toFixed(2)}${unit}`;
const ratioOf = ({ labMs, prometheusMs }: Timing): number => labMs / prometheusMs;

function comparison(found: readonly Timing[], reason: (each: Timing) => Reason): string[] {
  const ratios = found.map(ratioOf);
  const [ours, theirs] = [found.map(({ labMs }) => labMs), found.map(({ prometheusMs }) => prometheusMs)];
  const missed = found.filter((each) => ratioOf(each) > 0.5).map((each) => ({ ...each, reason: reason(each) })).toSorted((a, b) => ratioOf(b) - ratioOf(a));
  const reasons = [...Map.groupBy(missed, (each) => each.reason)].map(([name, those]) => `${name} ${those.length}`).toSorted();
  return [
    latencyLine('lab', found.map(({ labMs, labAllMs }) => ({ bestMs: labMs, allMs: labAllMs }))),
    latencyLine('Prometheus', found.map(({ prometheusMs, prometheusAllMs }) => ({ bestMs: prometheusMs, allMs: prometheusAllMs }))),
    `lab / Prometheus: ${(median(ours) / median(theirs)).toFixed(2)} at the median, ${(quantile(ours, 0.99) / quantile(theirs, 0.99)).toFixed(2)} at p99; per query ${spread(ratios, '')}`,
    `above the goal of 0.5: ${missed.length} of ${found.length}${missed.length > 0 ? `, by what most of their time goes into: ${reasons.join(', ')}` : ''}`,
    ...missed.filter((each) => ratioOf(each) > 1).map((each) => `slower: ${ratioOf(each).toFixed(2)}, ${each.reason} (${each.labMs.toFixed(2)} ms, ${Math.round(each.bytes / 1_000)} kB): ${each.query.replace(/\s+/g, ' ').slice(0, 120)}`),
  ];
}

const folderBytes = (dir: string): number => readdirSync(dir, { recursive: true, encoding: 'utf8' }).reduce((total, name) => total + (statSync(join(dir, name), { throwIfNoEntry: false })?.isFile() ? statSync(join(dir, name)).size : 0), 0);
