import type { Ports } from '../../ports/ports.ts';
import type { StoreRow } from './bodies.ts';

/** How far back a store that is to leave is compared with itself: at PD's usual limit twenty regions leave in that time. */
const backSeconds = 90;

const before = (series: string): string => `max by (store) (${series} offset ${backSeconds}s)`;
const regionsOfLeaving = `${before('pd_scheduler_store_status{type="region_count"}')} and on (store) (${before('pd_cluster_status{type="store_offline_count"}')} == 1)`;

/** How many regions each store had a while ago that is to leave now and was then; asks nothing where no store is. */
export async function askDepartures(ports: Ports, stores: readonly StoreRow[]): Promise<ReadonlyMap<number, number>> {
  if (!stores.some(({ store }) => store.state_name === 'Offline')) return new Map();
  const samples = await ports.metrics.query(regionsOfLeaving);
  return new Map(samples.ok ? samples.value.map(({ labels, value }) => [Number(labels['store']), value]) : []);
}
