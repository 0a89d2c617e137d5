import type { Registry } from '../metrics/registry.ts';
import type { Region } from '../raft/region.ts';
import type { World } from '../world.ts';
import { flowOf, isHot } from './hot-spots.ts';
import { regionScore } from './scores.ts';
import { leadersOn } from './schedulers/scheduler.ts';
import { healthType, isLowOnSpace, type StoreView } from './views.ts';

/** Metrics that only the leader of PD exports; a member that steps down forgets them. */
export const leaderOnly: ReadonlySet<string> = new Set([
  'pd_cluster_status', 'pd_scheduler_store_status', 'pd_scheduler_status', 'pd_config_status', 'pd_hotspot_status', 'pd_cluster_store_limit', 'pd_cluster_tso',
]);

const storeTypes = ['store_up_count', 'store_disconnected_count', 'store_slow_count', 'store_down_count', 'store_unhealth_count'];
const quietStoreTypes = [
  'store_offline_count', 'store_tombstone_count', 'store_low_space_count', 'store_preparing_count', 'store_removing_count', 'store_removed_count',
  'witness_count', 'learner_count',
];
/** Kinds of regions that are not as they should be. */
export const regionStatuses = [
  'miss-peer', 'down-peer', 'pending-peer', 'extra-peer', 'offline-peer', 'learner-peer', 'empty', 'oversized', 'undersized', 'witness-leader',
].map((kind) => `${kind}-region-count`);

const configNumbers = [
  'leader-schedule-limit', 'region-schedule-limit', 'replica-schedule-limit', 'hot-region-schedule-limit', 'merge-schedule-limit',
  'max-snapshot-count', 'max-pending-peer-count', 'low-space-ratio', 'high-space-ratio', 'tolerant-size-ratio', 'max-replicas',
  'affinity-schedule-limit', 'hot-region-cache-hits-threshold',
];

/** PD's collection job: every ten seconds it puts what it knows of stores and regions on its gauges. */
export function collectCluster(world: World, registry: Registry): void {
  for (const view of world.pd.stores.values()) collectStore(world, registry, view);
  collectRegions(world, registry);
  for (const item of configNumbers) registry.set('pd_config_status', { type: item }, Number(world.pd.config.get(item)));
  registry.set('pd_cluster_metadata', { type: `cluster${world.pd.clusterId}` }, 0);
  registry.set('pd_cluster_tso', { dc: 'global', group: '0', type: 'tso' }, world.engine.nowMs);
}

function collectStore(world: World, registry: Registry, view: StoreView): void {
  const store = String(view.id);
  const now = healthType(view, world.engine.nowMs, world.pd.config.storeDownMs);
  const leaders = leadersOn(world, view.id);
  const regions = world.regions.filter((region) => region.peers.some((peer) => peer.storeId === view.id));
  const status = (type: string, value: number) => registry.set('pd_cluster_status', { engine: 'tikv', store, type }, value);
  for (const type of storeTypes) status(type, type === now ? 1 : 0);
  for (const type of quietStoreTypes) status(type, type === 'store_low_space_count' ? lowSpaceStores(world) : 0);
  status('store_serving_count', 1);
  status('leader_count', leaders);
  status('region_count', regions.length);
  status('storage_capacity', view.capacityBytes);
  status('storage_size', view.usedBytes);
  for (const type of ['add-peer', 'remove-peer']) registry.set('pd_cluster_store_limit', { store, type }, 15);
  collectSchedulersView(world, registry, { view, regions, leaders });
  collectHot(world, registry, view);
}

const lowSpaceStores = (world: World): number => [...world.pd.stores.values()].filter(isLowOnSpace).length;

interface Seen {
  readonly view: StoreView;
  readonly regions: readonly Region[];
  readonly leaders: number;
}

function collectSchedulersView(world: World, registry: Registry, { view, regions, leaders }: Seen): void {
  const store = String(view.id);
  const size = regions.reduce((sum, region) => sum + region.sizeMib, 0);
  const seen = (type: string, value: number) => registry.set('pd_scheduler_store_status', { address: view.address, store, type }, value);
  seen('leader_count', leaders);
  seen('leader_score', leaders);
  seen('leader_size', regions.reduce((sum, region) => sum + (world.pd.regions.get(region.id)?.leader === view.id ? region.sizeMib : 0), 0));
  seen('region_count', regions.length);
  seen('region_size', size);
  seen('region_score', regionScore(size, view));
  seen('store_available', view.availableBytes);
  seen('store_capacity', view.capacityBytes);
  seen('store_used', view.usedBytes);
  seen('store_read_query_rate', view.rates.readQueries);
  seen('store_read_rate_bytes', view.rates.readBytes);
  seen('store_read_rate_keys', view.rates.readQueries);
  seen('store_write_rate_bytes', view.rates.writeBytes);
  seen('store_write_rate_keys', view.rates.writeKeys);
  seen('store_write_query_rate', 0);
}

function collectHot(world: World, registry: Registry, store: StoreView): void {
  const totals = { region: 0, bytes: 0, keys: 0 };
  const leading = { ...totals };
  for (const region of world.regions) {
    const view = world.pd.regions.get(region.id);
    if (!view || !isHot(view, 'write') || !region.peers.some((peer) => peer.storeId === store.id)) continue;
    const { bytes, keys } = flowOf(view, 'write');
    for (const sum of view.leader === store.id ? [totals, leading] : [totals]) {
      sum.region++;
      sum.bytes += bytes;
      sum.keys += keys;
    }
  }
  for (const [side, sum] of [['peer', totals], ['leader', leading]] as const) {
    const hot = (type: string, value: number) => registry.set(
      'pd_hotspot_status', { address: store.address, store: String(store.id), type: `${type}_as_${side}` }, value,
    );
    hot('hot_write_region', sum.region);
    hot('total_write_bytes', sum.bytes);
    hot('total_write_keys', sum.keys);
  }
}

function collectRegions(world: World, registry: Registry): void {
  let [pending, down, empty] = [0, 0, 0];
  for (const region of world.regions) {
    const view = world.pd.regions.get(region.id);
    if (view && view.pending.length > 0) pending++;
    if (view && view.down.length > 0) down++;
    if (region.sizeMib <= 1) empty++;
  }
  const counts: Readonly<Record<string, number>> = { 'pending-peer-region-count': pending, 'down-peer-region-count': down, 'empty-region-count': empty };
  for (const type of regionStatuses) registry.set('pd_regions_status', { type }, counts[type] ?? 0);
}
