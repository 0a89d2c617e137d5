import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from './families.ts';
import { fitNonNegative } from './fit.ts';
import { countedFamilies, elsewhere, offFeatures, ownFamilies } from './own.ts';
import { type Rank, ranksOf } from './ranks.ts';
import { known, tikvCases, twinFolder } from './reference.ts';
import { type Window, windowsOf } from './windows.ts';

/**
 * How much of everything a request, an entry or a second costs. Each counter of the recorded stores and PD members grew, window
 * by window, by some of this for each read and some of that for each put; the coefficients come out of 78 windows of half a minute
 * in 14 recordings, among them ones where reads, writes, leaders or the disk were out of proportion, which tells causes apart.
 */
export type WorkRow = readonly [name: string, labels: Readonly<Record<string, string>>, per: readonly number[], ranks?: readonly number[]];

/** What the counts are made from, in the order of the coefficients. Requests of transactions are those of their leader; what followers do for them is in the seconds, as it never changed. */
export const drivers = { tikv: ['second', 'read', 'put', 'follow', 'turn', 'transaction'], pd: ['second', 'leaderSecond', 'regionHeartbeat', 'timestampRequest', 'patrolledRegion'] } as const;

type Job = keyof typeof drivers;

/** Faults that last evenly and change the mixture. */
const uneven: ReadonlySet<string> = new Set(['tikv-disk-slow', 'tikv-hot-read', 'tikv-hot-write', 'tikv-evict-leader']);
/** Batches of another request, and a store that is not there. */
const unfit: ReadonlySet<string> = new Set(['tikv-write-overload', 'tikv-memory-crash-loop']);
/** Labels that name a process, a store or an address of the recorded cluster: what counts these, the model counts itself. */
const local: ReadonlySet<string> = new Set(['tid', 'to', 'To', 'From', 'Local', 'Remote', 'store', 'store_id', 'target', 'address', 'endpoint']);
/** What the recording itself asked of PD and of the stores. */
const asked = /"path":"\/config"|"raw_batch_get_command"|^tikv_server_request_batch_size/;

/** Whether a series belongs to the recorded cluster and to no other. */
export const isLocal = (labels: Readonly<Record<string, string>>): boolean => Object.keys(labels).some((label) => local.has(label));

const facts = JSON.parse(readFileSync(join(twinFolder, 'metrics', 'families.json'), 'utf8')) as Facts;

/** A window and what was done in it. */
export interface Row {
  readonly window: Window;
  readonly drivers: readonly number[];
}

/** Every coefficient table, by job. */
export function recordedWork(): Record<Job, WorkRow[]> {
  const windows = tikvCases().filter((name) => !unfit.has(name)).map((name) => windowsOf(name, uneven.has(name)));
  return { tikv: tableOf('tikv', windows.flatMap(storeRows)), pd: tableOf('pd', windows.flatMap(memberRows)) };
}

const sumOf = ({ grown }: Window, pattern: RegExp): number => [...grown].reduce((sum, [key, by]) => sum + (pattern.test(key) ? by : 0), 0);

/** A row of sums for each window of each store. */
export function storeRows(all: readonly Window[]): Row[] {
  const windows = all.filter(({ job }) => job === 'tikv');
  const asked = (window: Window, type: string): number => sumOf(window, new RegExp(`^tikv_grpc_msg_duration_seconds_count\\{.*"type":"${type}`));
  const byInstance = Map.groupBy(windows, ({ instance }) => instance);
  return windows.map((window) => {
    const place = byInstance.get(window.instance)?.indexOf(window) ?? 0;
    const others = [...byInstance].flatMap(([instance, list]) => (instance === window.instance ? [] : (list[place] ?? [])));
    const followed = others.reduce((sum, other) => sum + (asked(other, 'raw_put"') / other.seconds) * window.seconds, 0);
    const turns = window.grown.get('raft_engine_write_duration_seconds_count{}') ?? 0;
    return { window, drivers: [window.seconds, asked(window, 'raw_get"'), asked(window, 'raw_put"'), followed, turns, asked(window, 'kv_')] };
  });
}

function memberRows(all: readonly Window[]): Row[] {
  return all.filter(({ job }) => job === 'pd').map((window) => {
    const leads = [...window.grown.keys()].some((key) => key.startsWith('pd_scheduler_store_status'));
    const heartbeats = sumOf(window, /^pd_scheduler_region_heartbeat\{.*"status":"ok"/);
    return { window, drivers: [window.seconds, leads ? window.seconds : 0, heartbeats, sumOf(window, /^pd_server_handle_tso_duration_seconds_count/)] };
  });
}

function tableOf(job: Job, rows: readonly Row[]): WorkRow[] {
  const keys = new Set(rows.flatMap(({ window }) => [...window.grown.keys()]));
  const buckets = Map.groupBy([...keys].filter((key) => /_bucket\{/.test(key)), withoutBound);
  return [...keys].sort().flatMap((key): WorkRow[] => {
    const series = counted(key);
    if (!series) return [];
    const per = coefficients(job, rows, key);
    if (!per) return [];
    const { name, labels, histogram } = series;
    if (!histogram) return [[name, labels, per]];
    return [[name, labels, per, ranksOf(bucketsOf(rows, buckets.get(key.replace(/_count\{/, '{')) ?? []), meanOf(rows, key))]];
  });
}

/** What one observation was on average. */
const meanOf = (rows: readonly Row[], countKey: string): number => totalOf(rows, countKey.replace(/_count\{/, '_sum{')) / totalOf(rows, countKey);
const totalOf = (rows: readonly Row[], key: string): number => rows.reduce((sum, { window }) => sum + (window.grown.get(key) ?? 0), 0);

/** The series that a table row stands for; undefined for gauges, for parts of histograms, and for what is counted elsewhere. */
function counted(key: string): { readonly name: string; readonly labels: Record<string, string>; readonly histogram: boolean } | undefined {
  const at = key.indexOf('{');
  const labels = JSON.parse(key.slice(at)) as Record<string, string>;
  const full = key.slice(0, at);
  const name = facts.families[full] ? full : full.replace(/_count$/, '');
  const type = facts.families[name]?.[0];
  if (type !== 'counter' && (type !== 'histogram' || !full.endsWith('_count'))) return undefined;
  if (countedFamilies.has(name) || ownFamilies.has(name) || offFeatures.test(name) || elsewhere.test(name) || asked.test(key) || isLocal(labels)) return undefined;
  return { name, labels, histogram: type === 'histogram' };
}

function coefficients(job: Job, rows: readonly Row[], key: string): number[] | undefined {
  const grown = rows.map(({ window }) => window.grown.get(key) ?? 0);
  const total = grown.reduce((sum, by) => sum + by, 0);
  if (total === 0 || grown.some((by) => by < 0)) return undefined;
  const matrix = rows.map((row) => row.drivers);
  const found = fitNonNegative(matrix, grown, grown.map((by) => 1 / (1 + by)));
  const expected = matrix.map((row) => row.reduce((sum, each, at) => sum + each * (found[at] as number), 0));
  // Counts scatter by their square root; a third more is what two windows of the same load differ by.
  const near = grown.filter((by, at) => Math.abs(by - (expected[at] as number)) <= 3 * Math.sqrt(by + 1) + by / 3).length / grown.length;
  const parts = found.map((each, at) => each * matrix.reduce((sum, row) => sum + (row[at] as number), 0));
  const all = found.map((each, at) => ((parts[at] as number) < total / 100 ? 0 : Number(each.toPrecision(3))));
  const kept = job === 'tikv' ? withTransactions(all) : all;
  // A sum of seconds is small and no less certain.
  const few = total < 5 && !/_sum\{/.test(key);
  return near < 0.9 || few || kept.every((each) => each === 0) ? undefined : job === 'pd' ? patrolled(key, kept) : kept;
}

/** All transactions are one store's, so what is rarer than one in a hundred of their requests is that store's history; most counters know nothing of them. */
const leastByTransaction = 0.01;
const withTransactions = (per: number[]): number[] => ((per.at(-1) as number) < leastByTransaction ? per.slice(0, -1) : per);

/** What the patrol does to each region it does to each of those that it looked at: all 108 of the recorded cluster, a hundred times a second. */
const patrolled = (key: string, per: number[]): number[] => (/^pd_(checker_event_count|schedule_operator_limit)\{/.test(key) && (per[1] as number) > 1_000 ? [0, 0, 0, 0, 1] : per);

const withoutBound = (key: string): string => key.replace('_bucket{', '{').replace(/"le":"[^"]*",?/, '').replace(',}', '}');

function bucketsOf(rows: readonly Row[], keys: readonly string[]): Rank[] {
  const sums = new Map<number, number>();
  for (const key of keys) {
    const bound = Number((/"le":"([^"]*)"/.exec(key)?.[1] ?? '').replace('+Inf', 'Infinity'));
    sums.set(bound, known(sums, bound, () => 0) + rows.reduce((sum, { window }) => sum + (window.grown.get(key) ?? 0), 0));
  }
  return [...sums].sort(([a], [b]) => a - b).map(([bound, below]) => ({ bound, below }));
}

/** One row a line. */
export const workText = (table: Record<string, readonly WorkRow[]>): string =>
  `{${Object.entries(table).map(([job, rows]) => `"${job}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`).join(',\n')}}\n`;

if (import.meta.main) writeFileSync(join(twinFolder, 'metrics', 'work.json'), workText(recordedWork()));
