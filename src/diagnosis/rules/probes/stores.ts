import { z } from 'zod';
import type { ComponentRef } from '../../../subjects/contract.ts';
import type { Citation } from '../finding.ts';
import type { Investigation } from '../investigation.ts';

/** Labels of a store in an answer of the control plane. */
export const storeLabels = z.array(z.object({ key: z.string(), value: z.string().default('') })).nullish().transform((labels) => labels ?? []);

/** TiFlash registers like a store: it holds learners, leads nothing, and has labels and a balance of its own. */
export const isTiflash = (labels: z.infer<typeof storeLabels>): boolean => labels.some(({ key, value }) => key === 'engine' && value.startsWith('tiflash'));

const storesSchema = z.object({
  stores: z.array(
    z.object({
      store: z.object({ id: z.number(), address: z.string(), state_name: z.string(), last_heartbeat: z.number().optional(), labels: storeLabels }),
      status: z.object({ leader_count: z.number().default(0), leader_weight: z.number().default(1), region_count: z.number().default(0), region_weight: z.number().default(1), slow_score: z.number().default(0) }).loose(),
    }),
  ),
});

/** The control plane stops balancing at a gap of ten leaders (tolerance of five on either side). */
const toleratedGap = 10;

interface StoreRow { readonly id: number; readonly component: ComponentRef; readonly state: string; readonly leaders: number; readonly regions: number; readonly weights: Readonly<Record<'leaders' | 'regions', number>>; readonly slowScore: number; readonly heardNs: number | undefined; readonly cite: (field: string, asserts: Citation['asserts']) => Citation }

/** What the control plane reports about the stores: state, leaders, regions. */
export async function probeStores(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/stores');
  const parsed = storesSchema.safeParse(body);
  if (!parsed.success) return;
  const rows = parsed.data.stores.flatMap(({ store, status }, index): StoreRow[] => {
    const component = isTiflash(store.labels) ? undefined : investigation.nodeNamed(store.address);
    const cite = (field: string, asserts: Citation['asserts']): Citation => ({ observation: observation.id, path: `/body/stores/${index}/${field}`, asserts });
    return component === undefined ? [] : [{ id: store.id, component, state: store.state_name, leaders: status.leader_count, regions: status.region_count, weights: { leaders: status.leader_weight, regions: status.region_weight }, slowScore: status.slow_score, heardNs: store.last_heartbeat, cite }];
  });
  investigation.learnStoreIds(new Map(rows.map(({ id, component }) => [String(id), component])));
  for (const row of rows) noteState(investigation, row);
  for (const row of rows) noteHeartbeat(investigation, row);
  noteReportedScores(investigation, rows);
  await noteLeaders(investigation, rows);
  await noteGaps(investigation, rows.filter((row) => row.state === 'Up'));
  await notePending(investigation);
}

function noteState(investigation: Investigation, { component, state, cite }: StoreRow): void {
  const lost = state === 'Disconnected' || state === 'Down';
  investigation.note({ sign: 'called-disconnected', component, present: lost, claim: `the control plane calls ${component} ${state}`, citation: cite('store/state_name', { op: 'eq', value: state }) });
}

/** From this slow score on a store counts as slow for the control plane. */
const slowScore = 80;

/** What stores told of themselves; their own metrics, where there are any, have the last word. */
function noteReportedScores(investigation: Investigation, rows: readonly StoreRow[]): void {
  const reported = rows.filter((row) => row.slowScore > 0);
  const claimOf = (row: StoreRow): string => `${row.component} reports a slow score of ${row.slowScore} of 100`;
  const cited = (row: StoreRow, high: boolean): Citation => row.cite('status/slow_score', { op: high ? 'ge' : 'lt', value: slowScore });
  for (const row of reported) investigation.note({ sign: 'slow-score-high', component: row.component, present: row.slowScore >= slowScore, claim: claimOf(row), citation: cited(row, row.slowScore >= slowScore) });
  const high = reported.filter((row) => row.slowScore >= slowScore);
  const shown = high[1] ?? reported.find((row) => row.slowScore < slowScore);
  if (shown) investigation.note({ sign: 'many-slow-scores', component: 'cluster', present: high.length >= 2, claim: `${high.length} of ${reported.length} stores report themselves slow: ${claimOf(shown)}`, citation: cited(shown, high.length >= 2) });
}

/** Stores heartbeat every ten seconds: one that is heard this long after its metrics ended is alive. */
const heardAfterMs = 15_000;

/** Only asked where the metrics of a store are lost: does the control plane still hear from it? */
function noteHeartbeat(investigation: Investigation, { component, heardNs, cite }: StoreRow): void {
  const lost = investigation.findings.about('scrape-fails', component);
  if (!lost?.present || lost.sinceMs === undefined || heardNs === undefined) return;
  const limitNs = (lost.sinceMs + heardAfterMs) * 1_000_000;
  const goesOn = heardNs >= limitNs;
  const after = Math.round(heardNs / 1e9 - lost.sinceMs / 1000);
  investigation.note({ sign: 'heartbeats-go-on', component, present: goesOn, claim: `the last heartbeat of ${component} came ${Math.abs(after)} s ${after < 0 ? 'before' : 'after'} its metrics ended`, citation: cite('store/last_heartbeat', { op: goesOn ? 'ge' : 'lt', value: limitNs }) });
}

async function noteLeaders(investigation: Investigation, rows: readonly StoreRow[]): Promise<void> {
  const before = await investigation.compare('max by (address) (pd_scheduler_store_status{type="leader_count"})', 'address');
  for (const { component, leaders, state, cite } of rows) {
    const known = before.find((row) => row.node === component);
    const quiet = known?.quiet?.median;
    if (quiet === undefined || quiet < 5) continue;
    const gone = leaders <= quiet * 0.2;
    const since = gone && known && known.leftBandAtMs !== null ? { sinceMs: known.leftBandAtMs } : {};
    const claim = `${component} leads ${leaders} regions, ${quiet} in quiet time`;
    const citation = cite('status/leader_count', gone ? { op: 'le', value: quiet * 0.2 } : { op: 'gt', value: quiet * 0.2 });
    investigation.note({ sign: 'leaders-gone', component, present: gone, claim, citation, ...since });
    investigation.note({ sign: 'leads-nothing', component, present: gone && state === 'Up' && !investigation.findings.has('scrape-fails', component), claim, citation, ...since });
  }
}

async function noteGaps(investigation: Investigation, up: readonly StoreRow[]): Promise<void> {
  if (up.length < 2) return;
  for (const [sign, field, type] of [['leader-gap', 'leaders', 'leader_count'], ['region-gap', 'regions', 'region_count']] as const) {
    // The control plane divides by the weights before it compares; who weighs nothing is to have nothing.
    const even = (row: StoreRow): number => row[field] / row.weights[field];
    const sorted = up.filter(({ weights }) => weights[field] > 0).sort((a, b) => even(a) - even(b));
    const [low, high] = [sorted[0], sorted.at(-1)];
    if (!low || !high || low === high) continue;
    const mean = sorted.reduce((sum, row) => sum + even(row), 0) / sorted.length;
    const limit = Math.max(toleratedGap, mean * 0.3);
    const wide = even(high) - even(low) > limit;
    const claim = `${low.component} has ${low[field]} ${field}, ${high.component} ${high[field]}`;
    const citation = low.cite(field === 'leaders' ? 'status/leader_count' : 'status/region_count', { op: 'eq', value: low[field] });
    const since = wide ? await changedAt(investigation, low.component, type) : undefined;
    investigation.note({ sign, component: 'cluster', present: wide, claim, citation, ...(since !== undefined && { sinceMs: since }) });
    if (field !== 'regions' || !wide) continue;
    investigation.note({ sign: 'almost-empty', component: low.component, present: even(low) < mean / 2, claim, citation });
    await noteFilling(investigation, low.component, since);
  }
}

/** A store that has been there for longer should have its share. */
const youngMs = 86_400_000;

/** Whether the store that has fewest regions is young and gets more: one that joined is filled as fast as its store limit lets regions in. */
async function noteFilling(investigation: Investigation, component: ComponentRef, sinceMs: number | undefined): Promise<void> {
  const startedMs = await startOf(investigation, component);
  if (startedMs === undefined || investigation.nowMs - startedMs > youngMs) return;
  const row = (await investigation.compare('max by (address) (delta(pd_scheduler_store_status{type="region_count"}[90s]))', 'address')).find(({ node }) => node === component);
  if (!row || row.now === null) return;
  const fills = row.now > 0;
  investigation.note({ sign: 'fills-up', component, present: fills, claim: `${component} gained ${Math.max(0, Math.round(row.now))} regions in 90 s`, citation: row.at('now', { op: fills ? 'gt' : 'le', value: 0 }), ...(fills && sinceMs !== undefined && { sinceMs }) });
}

/** When a store's count left its band, or when the store itself appeared. */
async function changedAt(investigation: Investigation, component: ComponentRef, type: 'leader_count' | 'region_count'): Promise<number | undefined> {
  const counts = await investigation.compare(`max by (address) (pd_scheduler_store_status{type="${type}"})`, 'address');
  const left = counts.find((row) => row.node === component)?.leftBandAtMs;
  if (left !== null && left !== undefined) return left;
  const startedMs = await startOf(investigation, component);
  return startedMs !== undefined && startedMs >= investigation.assignment.quiet.fromMs ? startedMs : undefined;
}

/** When its process was started, in milliseconds since the epoch, as its own metrics say. */
async function startOf(investigation: Investigation, component: ComponentRef): Promise<number | undefined> {
  const started = (await investigation.compare('process_start_time_seconds{job="tikv"}')).find((row) => row.node === component)?.now;
  return started === null || started === undefined ? undefined : Math.round(started * 1000);
}

const countSchema = z.object({ count: z.number() });

async function notePending(investigation: Investigation): Promise<void> {
  const { observation, body } = await investigation.controlPlane('/pd/api/v1/regions/check/pending-peer');
  const parsed = countSchema.safeParse(body);
  if (!parsed.success) return;
  const { count } = parsed.data;
  investigation.note({ sign: 'pending-peers', component: 'cluster', present: count > 0, claim: `${count} regions have a pending peer`, citation: { observation: observation.id, path: '/body/count', asserts: { op: 'eq', value: count } } });
}
