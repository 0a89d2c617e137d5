import { z } from 'zod';
import { round } from '../../tools/baseline.ts';
import type { Investigation, Row } from '../investigation.ts';
import type { Sign } from '../signs.ts';

/** Half as much again as in quiet time is more than a busy hour's swing within minutes. */
const upFactor = 1.5;
/** A short quiet time has not shown the whole swing yet. */
const upFactorAfterShortQuiet = 2;
const shortQuietMs = 60_000;
/** A store with this share of all requests of one kind, at least twice its even share on three stores or more, works for the others. */
const skewShare = 0.6;
/** A kind of request that makes up less than this part of a store's work is not what makes it hot. */
const ownPart = 1 / 3;
/** A rate under this says nothing about a hot spot. */
const leastPerSecond = 20;
/** The hottest region has at least this many times the flow of the fourth: a hot region that was split leaves two or three hot ones. */
const regionFactor = 5;

const arrivals = (types: string): string => `sum by (instance) (rate(tikv_storage_command_total{type=~"${types}"}[30s]))`;
const served = (types: string): string => `sum by (instance) (rate(tikv_grpc_msg_duration_seconds_count{type=~"${types}"}[30s]))`;
const readTypes = 'raw_get|raw_batch_get.*|raw_scan|kv_get|kv_batch_get|kv_scan|get|batch_get|scan|coprocessor';
const writeTypes = 'raw_put|raw_batch_put|raw_delete|kv_prewrite|kv_commit|prewrite|commit';

/** How much is asked, of whom, and for which regions. */
export async function probeTraffic(investigation: Investigation): Promise<void> {
  await noteOffered(investigation);
  await noteBytes(investigation);
  const reads = await requestRates(investigation, readTypes);
  const writes = await requestRates(investigation, writeTypes);
  noteSkew(investigation, 'takes-most-reads', reads, writes);
  noteSkew(investigation, 'takes-most-writes', writes, reads);
  noteAny(investigation, 'reads-skewed', 'takes-most-reads');
  noteAny(investigation, 'writes-skewed', 'takes-most-writes');
  await noteHotRegion(investigation, 'hot-read-region', 'read');
  await noteHotRegion(investigation, 'hot-write-region', 'write');
}

/** Commands are counted when they arrive, answers when they leave: under overload only the first show what was asked. */
async function noteOffered(investigation: Investigation): Promise<void> {
  const total = ['sum(rate(tikv_storage_command_total[30s]))', 'sum(rate(tikv_grpc_msg_duration_seconds_count{type=~"raw_.*|kv_.*|coprocessor"}[30s]))', 'sum(rate(tikv_scheduler_writing_bytes[30s]))'];
  const { fromMs, toMs } = investigation.assignment.quiet;
  const factor = toMs - fromMs < shortQuietMs ? upFactorAfterShortQuiet : upFactor;
  for (const promql of total.slice(0, 2)) {
    const [row] = await investigation.compare(promql);
    if (!row || !row.quiet || row.now === null) continue;
    const peak = Math.max(row.now, row.extreme?.value ?? 0);
    const limit = round(Math.max(row.quiet.median * factor, row.quiet.max, leastPerSecond));
    const up = peak >= limit;
    const field = peak === row.now ? 'now' : 'extreme/value';
    if (!up && investigation.findings.has('traffic-up', 'cluster')) continue;
    investigation.note({ sign: 'traffic-up', component: 'cluster', present: up, claim: `clients ask for up to ${Math.round(peak)} requests a second, ${Math.round(row.quiet.median)} in quiet time`, citation: row.at(field, { op: up ? 'ge' : 'lt', value: limit }), ...(up && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }) });
    if (up) noteOrder(investigation, row);
  }
}

/** Ten times the bytes are another kind of load, whatever the number of requests. */
const bytesFactor = 10;
const leastBytesPerSecond = 1_000_000;

/** The same requests may carry larger values: what leaders propose is counted by its size. */
async function noteBytes(investigation: Investigation): Promise<void> {
  const [row] = await investigation.compare('sum(rate(tikv_raftstore_propose_log_size_sum[30s]))');
  if (!row || !row.quiet || row.now === null) return;
  const peak = Math.max(row.now, row.extreme?.value ?? 0);
  const limit = round(Math.max(row.quiet.median * bytesFactor, leastBytesPerSecond));
  const up = peak >= limit;
  investigation.note({
    sign: 'bytes-up', component: 'cluster', present: up, claim: `clients write up to ${mega(peak)} MB a second, ${mega(row.quiet.median)} MB in quiet time`,
    citation: row.at(peak === row.now ? 'now' : 'extreme/value', { op: up ? 'ge' : 'lt', value: limit }), ...(up && row.leftBandAtMs !== null && { sinceMs: row.leftBandAtMs }),
  });
}

const mega = (bytes: number): number => Math.round(bytes / 100_000) / 10;

/** Load that rose first is a cause; load that rose once everything was slow is its retries. */
function noteOrder(investigation: Investigation, row: Row): void {
  const slowMs = investigation.findings.about('slow-everywhere', 'cluster')?.sinceMs;
  if (slowMs === undefined || row.leftBandAtMs === null) return;
  const first = row.leftBandAtMs <= slowMs;
  if (!first) investigation.note({ sign: 'traffic-rose-after', component: 'cluster', present: true, claim: `the request rate rose ${Math.round((row.leftBandAtMs - slowMs) / 1000)} s after requests were slow everywhere`, citation: row.at('leftBandAtMs', { op: 'gt', value: slowMs }), sinceMs: slowMs });
  investigation.note({ sign: 'traffic-rose-first', component: 'cluster', present: first, claim: `the request rate rose ${Math.round(Math.abs(slowMs - row.leftBandAtMs) / 1000)} s ${first ? 'before' : 'after'} requests were slow everywhere`, citation: row.at('leftBandAtMs', { op: first ? 'le' : 'gt', value: slowMs }) });
}

/** The same statement about the cluster as a whole. */
function noteAny(investigation: Investigation, sign: Sign, ofOne: Sign): void {
  const about = investigation.findings.all().filter((finding) => finding.sign === ofOne);
  const shown = about.find((finding) => finding.present) ?? about[0];
  if (shown) investigation.note({ ...shown, sign, component: 'cluster' });
}

async function requestRates(investigation: Investigation, types: string): Promise<readonly Row[]> {
  const counted = await investigation.compare(served(types));
  return counted.length > 0 ? counted : investigation.compare(arrivals(types));
}

function noteSkew(investigation: Investigation, sign: Sign, rows: readonly Row[], otherKind: readonly Row[]): void {
  const total = sum(rows, (row) => row.now ?? 0);
  // A share of what can be seen says little where a store serves unseen.
  const isUnseen = ({ node, now }: Row): boolean => now === null && investigation.findings.has('heartbeats-go-on', node);
  if (rows.length < 3 || total < leastPerSecond || rows.some(isUnseen)) return;
  for (const row of rows) {
    if (row.now === null) continue;
    const other = otherKind.find((each) => each.node === row.node)?.now ?? 0;
    const limit = round(Math.max(total * skewShare, (other * ownPart) / (1 - ownPart)));
    const skewed = row.now >= limit;
    const since = row.leftBandAtMs ?? row.shift?.atMs;
    investigation.note({
      sign, component: row.node, present: skewed, claim: `${row.node} serves ${Math.round((100 * row.now) / total)} % of them, ${Math.round(row.now)} a second`,
      citation: row.at('now', { op: skewed ? 'ge' : 'lt', value: limit }), ...(skewed && since !== undefined && { sinceMs: since }),
    });
  }
}

const flowSchema = z.object({
  regions: z.array(z.object({ id: z.number(), leader: z.object({ store_id: z.number().optional() }).optional(), written_bytes: z.number().default(0), read_bytes: z.number().default(0) })),
});

async function noteHotRegion(investigation: Investigation, sign: 'hot-read-region' | 'hot-write-region', flow: 'read' | 'write'): Promise<void> {
  const { observation, body } = await investigation.controlPlane(`/pd/api/v1/regions/${flow}flow`, { query: { limit: '4' } });
  const parsed = flowSchema.safeParse(body);
  if (!parsed.success) return;
  const field = flow === 'read' ? 'read_bytes' : 'written_bytes';
  const [first] = parsed.data.regions;
  const rest = parsed.data.regions.at(-1);
  if (!first || !rest || first === rest) return;
  const leader = first.leader?.store_id === undefined ? undefined : investigation.storeWithId(first.leader.store_id);
  const skew = leader === undefined ? undefined : investigation.findings.about(flow === 'read' ? 'takes-most-reads' : 'takes-most-writes', leader);
  const limit = regionFactor * Math.max(rest[field], 1);
  // Flows are the last report and may be old: they count only where the requests are skewed now, too.
  const hot = first[field] >= limit && skew?.present === true;
  investigation.note({
    sign, component: `region-${first.id}`, present: hot, claim: `region ${first.id}, led by ${leader ?? 'no known store'}, has ${first[field]} ${flow} bytes, region ${rest.id} ${rest[field]}`,
    citation: { observation: observation.id, path: `/body/regions/0/${field}`, asserts: hot ? { op: 'ge', value: limit } : { op: 'eq', value: first[field] } }, ...(hot && skew?.sinceMs !== undefined && { sinceMs: skew.sinceMs }),
  });
}

const sum = (rows: readonly Row[], value: (row: Row) => number): number => rows.reduce((total, row) => total + value(row), 0);
