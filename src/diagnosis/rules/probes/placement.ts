import { z } from 'zod';
import type { Investigation } from '../investigation.ts';
import { isTiflash, storeLabels } from './stores.ts';

/** Do replicas move where they should, and is there a place for them? */
export async function probePlacement(investigation: Investigation): Promise<void> {
  await noteDepartures(investigation);
  await noteIsolation(investigation);
}

/** What stores gave up that hold regions and were to leave all the while: one that was told so a moment ago has had no time for it. */
const givenUp = [
  'max by (store) (delta(pd_scheduler_store_status{type="region_count"}[90s]))',
  '(max by (store) (pd_cluster_status{type="store_offline_count"} offset 90s) == 1)',
  '(max by (store) (pd_scheduler_store_status{type="region_count"}) > 0)',
].join(' and on (store) ');

/** Stores that PD calls Offline, and whether they get emptier. */
async function noteDepartures(investigation: Investigation): Promise<void> {
  const left = (await investigation.compare('max by (store) (pd_cluster_status{type="store_offline_count"})', 'store')).filter((row) => row.now === 1);
  if (left.length === 0) return;
  const counts = await investigation.compare(givenUp, 'store');
  for (const { node } of left) {
    const row = counts.find((each) => each.node === node);
    const component = investigation.storeWithId(node) ?? node;
    if (!row || row.now === null) continue;
    const stalled = row.now >= 0;
    const order = (await investigation.logLines('store has been offline')).lines.find(({ raw }) => raw.includes(`[store-id=${node}]`));
    const finding = {
      component, present: stalled, claim: `${component} is to leave and gave up ${Math.max(0, -Math.round(row.now))} regions in 90 s`,
      citation: row.at('now', { op: stalled ? 'ge' : 'lt', value: 0 }), ...(stalled && order && { sinceMs: order.atMs }),
    };
    investigation.note({ ...finding, sign: 'keeps-its-regions' });
    investigation.note({ ...finding, sign: 'departure-stalled', component: 'cluster' });
  }
}

const labelledSchema = z.object({ stores: z.array(z.object({ store: z.object({ id: z.number(), labels: storeLabels }) })) });

const isolationSchema = z.object({ 'isolation-level': z.string() });

/** Must replicas be kept apart by a label, and do stores carry it? Those that do not are all one place to PD. */
async function noteIsolation(investigation: Investigation): Promise<void> {
  const config = await investigation.controlPlane('/pd/api/v1/config/replicate');
  const level = isolationSchema.safeParse(config.body);
  if (!level.success || level.data['isolation-level'] === '') return;
  const key = level.data['isolation-level'];
  const listed = labelledSchema.safeParse((await investigation.controlPlane('/pd/api/v1/stores')).body);
  if (!listed.success) return;
  const bare = listed.data.stores.filter(({ store: { labels } }) => !isTiflash(labels) && !labels.some((label) => label.key === key));
  const changed = (await investigation.logLines('replication config is updated')).lines.at(-1);
  investigation.note({
    sign: 'isolation-unmet', component: 'cluster', present: bare.length > 1, claim: `replicas are to be kept apart by ${key}, which ${bare.length} stores do not carry`,
    citation: { observation: config.observation.id, path: '/body/isolation-level', asserts: { op: 'eq', value: key } }, ...(changed && { sinceMs: changed.atMs }),
  });
}
