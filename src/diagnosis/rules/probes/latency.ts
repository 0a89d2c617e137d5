import { median, round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** A latency that is compared node by node. */
export interface LatencySign {
  readonly sign: Sign;
  readonly what: string;
  readonly promql: string;
  /** Below this it is no complaint, whatever it was before. */
  readonly floorSeconds: number;
  /** A disk that is well behind the same disks of its peers is slow, whether or not its quiet time was seen. */
  readonly behindPeers?: { readonly floorSeconds: number; readonly factor: number };
  /** How many there are in a second: of few, the slowest one is the percentile. */
  readonly counted?: string;
}

const p99 = (family: string, more = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${more}[30s])))`;
const requests = (types: string): Pick<LatencySign, 'promql' | 'counted'> => ({ promql: p99('tikv_grpc_msg_duration_seconds', types), counted: `sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count${types}[30s]))` });
const reads = '{type=~"raw_get|raw_batch_get|raw_scan|kv_get|kv_batch_get|kv_scan|coprocessor"}';
const writes = '{type=~"raw_put|raw_batch_put|raw_delete|kv_prewrite|kv_commit"}';

/** Fsyncs of 20 to 90 ms stay under the store's own probe limit of 100 ms and are a gray failure; in healthy recordings no store is over 20 ms and four times its peers. */
const jitter = { floorSeconds: 0.02, factor: 5 };

/** 50 ms is the vendor's target for the p99 of appends ("Troubleshoot High Disk I/O"); the same is asked of a request in its queues. */
const signsOnOne: readonly LatencySign[] = [
  { sign: 'append-slow', what: 'append log p99', promql: p99('tikv_raftstore_append_log_duration_seconds'), floorSeconds: 0.05, behindPeers: jitter },
  { sign: 'sync-slow', what: 'raft engine sync p99', promql: p99('raft_engine_sync_log_duration_seconds'), floorSeconds: 0.05, behindPeers: jitter },
  { sign: 'commit-slow', what: 'commit log p99', promql: p99('tikv_raftstore_commit_log_duration_seconds'), floorSeconds: 0.05 },
  { sign: 'reads-slow', what: 'read p99', ...requests(reads), floorSeconds: 0.03 },
  { sign: 'writes-slow', what: 'write p99', ...requests(writes), floorSeconds: 0.05 },
  { sign: 'waits-slow', what: 'propose wait p99', promql: p99('tikv_raftstore_request_wait_time_duration_secs'), floorSeconds: 0.05 },
  { sign: 'fsync-slow', what: 'etcd fsync p99', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floorSeconds: 0.05 },
];

/** Three times the quiet value and three times the others: averages hide one store, absolute values hide a slow machine. */
const factor = 3;

/** What is slow, and is it slow on one node alone or everywhere? */
export async function probeLatency(investigation: Investigation): Promise<void> {
  for (const sign of signsOnOne) {
    const rows = await busyRows(investigation, sign);
    for (const row of rows) noteOne(investigation, sign, row, rows);
    if (sign.sign === 'writes-slow' || sign.sign === 'reads-slow') noteEverywhere(investigation, 'slow-everywhere', sign, rows);
    if (sign.sign === 'waits-slow') noteEverywhere(investigation, 'waits-everywhere', sign, rows);
  }
  if (investigation.findings.present('fsync-slow').length > 0) await noteSingleSyncs(investigation);
}

/** Below this, now and in quiet time, a single slow request is a percentile; a stall makes few of many. */
const thinPerSecond = 2;

/** The rows of a latency, without those of nodes that have next to nothing to do. */
export async function busyRows(investigation: Investigation, { promql, counted }: LatencySign): Promise<readonly Row[]> {
  const rows = await investigation.compare(promql);
  if (counted === undefined) return rows;
  const thin = (await investigation.compare(counted)).filter(({ now, quiet }) => quiet !== null && Math.max(now ?? 0, quiet.max) < thinPerSecond).map(({ node }) => node);
  return rows.filter(({ node }) => !thin.includes(node));
}

/** A member of the control plane syncs a few times a second: one late sync makes its p99, and a slow disk makes many of them late. */
const meanSyncSeconds = 0.02;
/** etcd's guidance for the p99 of its syncs; where a tenth of them take longer, and many times what they took, it is no single one. */
const tenthSyncSeconds = 0.01;

async function noteSingleSyncs(investigation: Investigation): Promise<void> {
  const family = 'etcd_disk_wal_fsync_duration_seconds';
  const slowest = await investigation.compare(`histogram_quantile(0.9, sum by (instance, le) (rate(${family}_bucket[1m])))`);
  const areLate = (row: Row | undefined): boolean => row !== undefined && row.now !== null && row.now >= Math.max(tenthSyncSeconds, factor * (row.quiet?.median ?? Infinity));
  for (const row of await investigation.compare(`sum by (instance) (rate(${family}_sum[1m])) / sum by (instance) (rate(${family}_count[1m]))`)) {
    if (row.now === null || row.now >= meanSyncSeconds || !investigation.findings.has('fsync-slow', row.node) || areLate(slowest.find(({ node }) => node === row.node))) continue;
    investigation.note({ sign: 'fsync-slow', component: row.node, present: false, claim: `single syncs of the etcd of ${row.node} were late; in the mean they take ${ms(row.now)}`, citation: row.at('now', { op: 'lt', value: meanSyncSeconds }) });
  }
}

/** Notes whether one node's latency stands out against its own quiet time and against the others. */
export function noteOne(investigation: Investigation, { sign, what, floorSeconds, behindPeers }: LatencySign, row: Row, rows: readonly Row[]): void {
  if (row.now === null) return;
  const others = rows.filter((other) => other !== row && other.now !== null).map((other) => other.now ?? 0);
  const peers = others.length === 0 ? 0 : median(others);
  // With two sick nodes of three the mean of the other two hides both, so here the faster half of the others counts.
  const usual = Math.max(floorSeconds, factor * (row.quiet?.median ?? 0), factor * lowerMedian(others));
  const limit = round(behindPeers && others.length >= 2 ? Math.min(usual, Math.max(behindPeers.floorSeconds, behindPeers.factor * peers)) : usual);
  const since = row.leftBandAtMs ?? row.shift?.atMs;
  const slow = row.now >= limit;
  investigation.note({
    sign, component: row.node, present: slow,
    claim: `${what} of ${row.node} is ${ms(row.now)}, ${row.quiet ? ms(row.quiet.median) : 'unknown'} in quiet time, ${ms(peers)} on the others`,
    citation: row.at('now', { op: slow ? 'ge' : 'lt', value: limit }), ...(slow && since !== undefined && { sinceMs: since }),
  });
}

/** Requests over 100 ms at p99 are the operator's own limit; here on two thirds of the stores. */
const everywhereSeconds = 0.1;

/** Notes whether a latency is high on most nodes alike. */
export function noteEverywhere(investigation: Investigation, sign: Sign, { what }: Pick<LatencySign, 'what'>, rows: readonly Row[]): void {
  const known = rows.filter((row) => row.now !== null);
  if (known.length < 2) return;
  const slow = known.filter((row) => (row.now ?? 0) >= limitOf(row));
  const all = slow.length * 3 >= known.length * 2;
  const shown = all ? slow[0] : known.find((row) => !slow.includes(row));
  if (!shown || shown.now === null || (investigation.findings.has(sign, 'cluster') && !all)) return;
  const since = Math.min(...slow.map((row) => row.leftBandAtMs ?? Infinity));
  investigation.note({
    sign, component: 'cluster', present: all, claim: `${what} is slow on ${slow.length} of ${known.length} nodes; ${shown.node} ${ms(shown.now)}`,
    citation: shown.at('now', { op: all ? 'ge' : 'lt', value: round(limitOf(shown)) }), ...(all && Number.isFinite(since) && { sinceMs: since }),
  });
}

const lowerMedian = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
const limitOf = (row: Row): number => Math.max(everywhereSeconds, factor * (row.quiet?.median ?? 0));
const ms = (seconds: number): string => `${round(Number((seconds * 1000).toPrecision(3)))} ms`;
