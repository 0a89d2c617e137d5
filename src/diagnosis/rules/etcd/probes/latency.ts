import { round } from '../../../tools/baseline.ts';
import type { Investigation, Row } from '../../investigation.ts';
import { busyRows, noteEverywhere, noteOne, type LatencySign } from '../../probes/latency.ts';

const p99 = (family: string, more = ''): string => `histogram_quantile(0.99, sum by (instance, le) (rate(${family}_bucket${more}[1m])))`;
const requests = 'grpc_type="unary",grpc_method=~"Put|Txn|Range"';

/** The vendor's guidance is 10 ms for syncs and 25 ms for commits; a busy machine with slow disks shows 16 and 50 in quiet time. */
const signsOnOne: readonly LatencySign[] = [
  { sign: 'fsync-slow', what: 'WAL fsync p99', promql: p99('etcd_disk_wal_fsync_duration_seconds'), floorSeconds: 0.05, behindPeers: { floorSeconds: 0.03, factor: 6 } },
  // A process that seldom runs is late for few of its syncs; a slow disk is late for nearly all.
  { sign: 'most-syncs-slow', what: 'WAL fsync median', promql: p99('etcd_disk_wal_fsync_duration_seconds').replace('0.99', '0.5'), floorSeconds: 0.015 },
  { sign: 'backend-commit-slow', what: 'backend commit p99', promql: p99('etcd_disk_backend_commit_duration_seconds'), floorSeconds: 0.08 },
  { sign: 'apply-slow', what: 'apply p99', promql: p99('etcd_server_apply_duration_seconds'), floorSeconds: 0.03 },
  { sign: 'requests-slow', what: 'request p99', promql: p99('grpc_server_handling_seconds', `{${requests}}`), counted: `sum by (instance) (rate(grpc_server_handling_seconds_count{${requests}}[1m]))`, floorSeconds: 0.05 },
];

/** What is slow, and is it slow on one member alone or everywhere? */
export async function probeLatency(investigation: Investigation): Promise<void> {
  for (const sign of signsOnOne) {
    const rows = await busyRows(investigation, sign);
    for (const row of rows) noteOne(investigation, sign, row, rows);
    if (sign.sign === 'requests-slow') noteEverywhere(investigation, 'slow-everywhere', sign, rows);
  }
  await noteRoundTrips(investigation);
  await noteUneven(investigation);
  await noteStalledSyncs(investigation);
}

/** Half of the round trips: a tail of late ones has other reasons, such as a process that just came back. */
const roundTrips = 'histogram_quantile(0.5, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket[1m])))';
/** Members of one site are well below this; etcd's default timeouts are made for them. */
const roundTripFloor = 0.012;

async function noteRoundTrips(investigation: Investigation): Promise<void> {
  const rows = (await investigation.compare(roundTrips)).filter((row) => row.now !== null);
  const toOf = (row: Row): string | undefined => investigation.nodeNamed(row.labels['To'] ?? '');
  const limitOf = (row: Row): number => round(Math.max(roundTripFloor, 5 * (row.quiet?.median ?? 0)));
  const isSlow = (row: Row): boolean => (row.now ?? 0) >= limitOf(row);
  for (const { id } of investigation.nodes('member')) {
    const own = rows.filter((row) => row.node === id || toOf(row) === id);
    const others = rows.filter((row) => !own.includes(row));
    if (own.length === 0) continue;
    const slow = own.filter(isSlow);
    // Its links are slow in both directions and to everybody, and the others' are fine among themselves.
    const present = slow.length * 3 >= own.length * 2 && others.every((row) => !isSlow(row)) && others.length > 0;
    const shown = (present ? slow : own.filter((row) => !isSlow(row)))[0] ?? own[0];
    if (!shown || shown.now === null) continue;
    const since = Math.min(...slow.map((row) => row.leftBandAtMs ?? Infinity));
    investigation.note({
      sign: 'round-trip-slow', component: id, present,
      claim: `a round trip from ${shown.node} to ${toOf(shown) ?? 'a peer'} takes ${ms(shown.now)}, ${shown.quiet ? ms(shown.quiet.median) : 'unknown'} in quiet time`,
      citation: shown.at('now', { op: isSlow(shown) ? 'ge' : 'lt', value: limitOf(shown) }), ...(present && Number.isFinite(since) && { sinceMs: since }),
    });
  }
}

/** A packet that is sent again waits for at least 200 ms; half of the way there is no longer a quick path with a tail. */
const uneven = { seconds: 0.1, factor: 6, forMs: 70_000 };

/** Lost packets leave the middle of the round trips alone and stretch their tail. */
async function noteUneven(investigation: Investigation): Promise<void> {
  const [tails, middles] = await Promise.all([0.9, 0.5].map((share) => investigation.compare(roundTrips.replace('0.5', String(share)))));
  const key = (row: Row): string => `${row.node} ${row.labels['To'] ?? ''}`;
  const limitOf = (row: Row): number => round(Math.max(uneven.seconds, 4 * (row.quiet?.median ?? 0), uneven.factor * (middles?.find((other) => key(other) === key(row))?.now ?? 0)));
  const rows = (tails ?? []).filter((row) => row.now !== null);
  // A window that a change lies in is uneven whatever the change was, and so is one in which a process came back.
  const isLate = (row: Row): boolean => (row.now ?? 0) >= limitOf(row) && row.leftBandAtMs !== null && investigation.nowMs - row.leftBandAtMs >= uneven.forMs;
  const isOf = (row: Row, id: string): boolean => row.node === id || investigation.nodeNamed(row.labels['To'] ?? '') === id;
  for (const { id } of investigation.nodes('member')) {
    const late = rows.filter((row) => isOf(row, id) && isLate(row));
    const [shown] = late;
    if (!shown || late.length * 2 < rows.filter((row) => isOf(row, id)).length || rows.some((row) => !isOf(row, id) && isLate(row))) continue;
    investigation.note({ sign: 'round-trip-uneven', component: id, present: true, claim: `a tenth of the round trips between ${shown.node} and ${investigation.nodeNamed(shown.labels['To'] ?? '') ?? 'a peer'} take ${ms(shown.now ?? 0)} or more, half of them ${ms(middles?.find((other) => key(other) === key(shown))?.now ?? 0)} or less`, citation: shown.at('now', { op: 'ge', value: limitOf(shown) }), ...(shown.leftBandAtMs !== null && { sinceMs: shown.leftBandAtMs }) });
  }
}

/** One sync of many seconds is what a stopped process leaves behind when it goes on; a slow disk leaves many shorter ones. */
async function noteStalledSyncs(investigation: Investigation): Promise<void> {
  const { lines } = await investigation.logLines('slow fdatasync');
  for (const { id } of investigation.nodes('member')) {
    const line = lines.find((each) => each.node === id && /"took":"(\d+m|[1-9]\d+\.?\d*s)/.test(each.raw));
    if (line) investigation.note({ sign: 'sync-stalled', component: id, present: true, claim: `${id} logged one sync of ${/"took":"([^"]+)"/.exec(line.raw)?.[1] ?? 'many seconds'}`, citation: line.says('slow fdatasync'), sinceMs: line.atMs });
  }
}

const ms = (seconds: number): string => `${round(Number((seconds * 1000).toPrecision(3)))} ms`;
