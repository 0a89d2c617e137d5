import { median, round } from '../../../tools/baseline.ts';
import type { Investigation, Row } from '../../investigation.ts';

/** Half of the scrapes take this long, and many times what they took before and what those of the others take. */
const slowScrape = { seconds: 0.1, factor: 3 };
/** Half as much again as in quiet time is more than a busy hour's swing within minutes. */
const upFactor = 1.5;
/** A rate under this says nothing about load. */
const leastPerSecond = 20;
/** With this share of its quiet CPU left, either the work went or the CPU did. */
const cpuShare = 0.7;

/** CPU, memory, scrapes and what clients ask for. */
export async function probeLoad(investigation: Investigation): Promise<void> {
  const scrapes = await investigation.compare('quantile_over_time(0.5, scrape_duration_seconds{job=~".*etcd.*"}[1m])');
  for (const row of scrapes) noteScrape(investigation, row, scrapes);
  for (const row of await investigation.compare('rate(process_cpu_seconds_total{job=~".*etcd.*"}[1m])')) noteCpu(investigation, row);
  for (const row of await investigation.compare('process_resident_memory_bytes{job=~".*etcd.*"}')) noteMemory(investigation, row);
  await noteOffered(investigation);
  await noteRefused(investigation);
  for (const row of await investigation.compare('etcd_server_is_leader')) noteLeadership(investigation, row);
}

function noteScrape(investigation: Investigation, row: Row, rows: readonly Row[]): void {
  if (row.now === null || investigation.findings.has('scrape-fails', row.node)) return;
  const others = rows.filter((other) => other !== row && other.now !== null && !investigation.findings.has('scrape-fails', other.node)).map((other) => other.now ?? 0);
  const limit = round(Math.max(slowScrape.seconds, slowScrape.factor * (row.quiet?.median ?? 0), slowScrape.factor * (others.length === 0 ? 0 : median(others))));
  const slow = row.now >= limit;
  investigation.note({ sign: 'scrape-slow', component: row.node, present: slow, claim: `half of the scrapes of ${row.node} take ${row.now} s or more, ${row.quiet?.median ?? 'unknown'} s in quiet time`, citation: row.at('now', { op: slow ? 'ge' : 'lt', value: limit }), ...(slow && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
}

function noteCpu(investigation: Investigation, row: Row): void {
  if (row.now === null || !row.quiet || row.quiet.median <= 0) return;
  const limit = round(row.quiet.median * cpuShare);
  const fell = row.now <= limit;
  investigation.note({ sign: 'cpu-fell', component: row.node, present: fell, claim: `${row.node} uses ${row.now} cores, ${row.quiet.median} in quiet time`, citation: row.at('now', { op: fell ? 'le' : 'gt', value: limit }), ...(fell && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
}

/** A process that vanished from a level half above its quiet one had been growing. */
function noteMemory(investigation: Investigation, row: Row): void {
  const { findings } = investigation;
  if (!row.quiet || !row.extreme || !(findings.has('scrape-fails', row.node) || findings.has('restarted', row.node))) return;
  // What it grew to after it had come back did not end it.
  const endMs = findings.about('scrape-fails', row.node)?.sinceMs ?? findings.about('restarted', row.node)?.sinceMs ?? Infinity;
  if (row.extreme.atMs > endMs) return;
  const limit = round(row.quiet.median * 1.5);
  const grew = row.extreme.value >= limit;
  investigation.note({ sign: 'memory-ramp', component: row.node, present: grew, claim: `resident memory of ${row.node} reached ${mib(row.extreme.value)} MiB, ${mib(row.quiet.median)} MiB in quiet time`, citation: row.at('extreme/value', { op: grew ? 'ge' : 'lt', value: limit }), ...(grew && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
}

/** Requests are counted when they arrive, so overload shows what was asked and not what was done. */
async function noteOffered(investigation: Investigation): Promise<void> {
  const [row] = await investigation.compare('sum(rate(grpc_server_started_total{grpc_service="etcdserverpb.KV"}[30s]))');
  if (!row || !row.quiet || row.now === null) return;
  const limit = round(Math.max(row.quiet.median * upFactor, row.quiet.max, leastPerSecond));
  const up = row.now >= limit;
  investigation.note({ sign: 'traffic-up', component: 'cluster', present: up, claim: `clients ask for ${Math.round(row.now)} requests a second, ${Math.round(row.quiet.median)} in quiet time`, citation: row.at('now', { op: up ? 'ge' : 'lt', value: limit }), ...(up && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  const slowMs = investigation.findings.about('slow-everywhere', 'cluster')?.sinceMs;
  if (!up || slowMs === undefined || row.leftBandAtMs === null) return;
  const first = row.leftBandAtMs <= slowMs;
  if (!first) investigation.note({ sign: 'traffic-rose-after', component: 'cluster', present: true, claim: `the request rate rose ${Math.round((row.leftBandAtMs - slowMs) / 1000)} s after requests were slow everywhere`, citation: row.at('leftBandAtMs', { op: 'gt', value: slowMs }), sinceMs: slowMs });
  investigation.note({ sign: 'traffic-rose-first', component: 'cluster', present: first, claim: `the request rate rose ${Math.round(Math.abs(slowMs - row.leftBandAtMs) / 1000)} s ${first ? 'before' : 'after'} requests were slow everywhere`, citation: row.at('leftBandAtMs', { op: first ? 'le' : 'gt', value: slowMs }) });
}

async function noteRefused(investigation: Investigation): Promise<void> {
  const [row] = await investigation.compare('sum(rate(grpc_server_handled_total{grpc_service=~"etcdserverpb.(KV|Lease)",grpc_code="ResourceExhausted"}[1m]))');
  if (!row || row.now === null) return;
  const present = row.now > 0.1;
  investigation.note({ sign: 'puts-refused', component: 'cluster', present, claim: `${row.now} requests a second are refused with ResourceExhausted`, citation: row.at('now', { op: present ? 'gt' : 'le', value: 0.1 }), ...(present && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
}

function noteLeadership(investigation: Investigation, row: Row): void {
  if (!row.quiet) return;
  const led = row.quiet.median === 1;
  investigation.note({ sign: 'led-the-control-plane', component: row.node, present: led, claim: `${row.node} ${led ? 'led' : 'did not lead'} in quiet time`, citation: row.at('quiet/median', { op: 'eq', value: row.quiet.median }) });
  if (row.now === null) return;
  const lost = led && row.now !== 1;
  investigation.note({ sign: 'lost-leadership', component: row.node, present: lost, claim: `${row.node} ${row.now === 1 ? 'leads' : 'does not lead'} now`, citation: row.at('now', { op: 'eq', value: row.now }), ...(lost && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
}

const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
