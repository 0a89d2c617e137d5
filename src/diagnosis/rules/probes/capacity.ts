import { z } from 'zod';
import { round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';

/** The control plane's default low-space-ratio is 0.8: below a fifth of free space a store takes no more regions. */
const lowShare = 0.2;
/** From this slow score on a store counts as slow for the control plane. */
const slowScore = 80;

/** Disk space, CPU, memory, and the stores' own slow scores. */
export async function probeCapacity(investigation: Investigation): Promise<void> {
  for (const row of await investigation.compare('sum by (instance) (tikv_store_size_bytes{type="available"}) / sum by (instance) (tikv_store_size_bytes{type="capacity"})')) noteSpace(investigation, row);
  for (const row of await investigation.compare('sum by (instance) (tikv_storage_engine_async_request_total{status="err_disk_full"})')) noteRefusals(investigation, row);
  for (const row of await investigation.compare('tikv_server_cpu_cores_quota')) noteQuota(investigation, row);
  for (const row of await investigation.compare('process_resident_memory_bytes{job="tikv"}')) noteMemory(investigation, row);
  await noteSlowScores(investigation);
}

function noteSpace(investigation: Investigation, row: Row): void {
  const { node: component, quiet } = row;
  const share = row.now ?? row.extreme?.value;
  if (share === undefined) return;
  const field = row.now === null ? 'extreme/value' : 'now';
  const low = share < lowShare;
  const since = row.leftBandAtMs === null ? {} : { sinceMs: row.leftBandAtMs };
  investigation.note({ sign: 'space-low', component, present: low, claim: `${percent(share)} of the disk of ${component} is free`, citation: row.at(field, { op: low ? 'lt' : 'ge', value: lowShare }), ...(low && since) });
  if (!quiet) return;
  const limit = round(quiet.median - lowShare);
  const fell = share <= limit;
  investigation.note({ sign: 'space-fell', component, present: fell, claim: `free space of ${component} went from ${percent(quiet.median)} to ${percent(share)}`, citation: row.at(field, { op: fell ? 'le' : 'gt', value: limit }), ...(fell && since) });
}

function noteRefusals(investigation: Investigation, row: Row): void {
  if (row.now === null || !row.quiet) return;
  const refused = row.now > row.quiet.max;
  investigation.note({
    sign: 'writes-refused-no-space', component: row.node, present: refused, claim: `${row.node} refused ${row.now - row.quiet.max} writes with err_disk_full since quiet time`,
    citation: row.at('now', { op: refused ? 'gt' : 'le', value: row.quiet.max }), ...(refused && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

function noteQuota(investigation: Investigation, row: Row): void {
  if (row.now === null || !row.quiet) return;
  const cut = row.now < row.quiet.min * 0.95;
  investigation.note({
    sign: 'cpu-quota-cut', component: row.node, present: cut, claim: `${row.node} may use ${row.now} cores, ${row.quiet.median} in quiet time`,
    citation: row.at('now', { op: cut ? 'lt' : 'ge', value: round(row.quiet.min * 0.95) }), ...(cut && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

/** A process that vanished from a level half above its quiet one had been growing. */
function noteMemory(investigation: Investigation, row: Row): void {
  if (!row.quiet || !row.extreme || !(investigation.findings.has('scrape-fails', row.node) || investigation.findings.has('restarted', row.node))) return;
  const limit = round(row.quiet.median * 1.5);
  const grew = row.extreme.value >= limit;
  investigation.note({
    sign: 'memory-ramp', component: row.node, present: grew, claim: `resident memory of ${row.node} reached ${mib(row.extreme.value)} MiB, ${mib(row.quiet.median)} MiB in quiet time`,
    citation: row.at('extreme/value', { op: grew ? 'ge' : 'lt', value: limit }), ...(grew && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

async function noteSlowScores(investigation: Investigation): Promise<void> {
  const rows = await investigation.compare('max by (instance) (tikv_raftstore_slow_score{type!="network"})');
  for (const row of rows) {
    if (row.now === null) continue;
    const high = row.now >= slowScore;
    investigation.note({ sign: 'slow-score-high', component: row.node, present: high, claim: `the slow score of ${row.node} is ${row.now} of 100`, citation: row.at('now', { op: high ? 'ge' : 'lt', value: slowScore }), ...(high && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
  }
  const high = rows.filter((row) => row.now !== null && row.now >= slowScore);
  const shown = high[1] ?? rows.find((row) => row.now !== null && row.now < slowScore);
  if (shown) investigation.note({ sign: 'many-slow-scores', component: 'cluster', present: high.length >= 2, claim: `${high.length} of ${rows.length} stores call themselves slow`, citation: shown.at('now', { op: high.length >= 2 ? 'ge' : 'lt', value: slowScore }) });
  await noteEvicted(investigation);
}

const evictedSchema = z.object({ 'evict-stores': z.array(z.number()).nullable() });

async function noteEvicted(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/scheduler-config/evict-slow-store-scheduler/list');
  const listed = evictedSchema.safeParse(body);
  const { lines, looked } = await investigation.logLines('detected slow store, start to evict leaders');
  for (const { id } of investigation.nodes('tikv')) {
    const index = listed.success ? (listed.data['evict-stores'] ?? []).findIndex((store) => investigation.storeWithId(store) === id) : -1;
    const line = lines.find((each) => investigation.storeWithId(/\[store-id=(\d+)\]/.exec(each.raw)?.[1] ?? '') === id);
    if (line) investigation.note({ sign: 'evicted-as-slow', component: id, present: true, claim: `${line.node} logged that it evicts the leaders of ${id} as a slow store`, citation: line.says('detected slow store'), sinceMs: line.atMs });
    else if (index >= 0) investigation.note({ sign: 'evicted-as-slow', component: id, present: true, claim: `evict-slow-store lists ${id}`, citation: { observation: observation.id, path: `/body/evict-stores/${index}`, asserts: { op: 'exists' } } });
    else if (looked) investigation.note({ sign: 'evicted-as-slow', component: id, present: false, claim: `the control plane did not evict ${id} as a slow store`, citation: looked });
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);
