import type { Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';
import { collectHot } from './hot-gauges.ts';
import { checked } from './region-kinds.ts';
import { regionScore } from './scores.ts';
import { limitedMoves } from './store-limits.ts';
import { leadersOn } from './schedulers/scheduler.ts';
import { healthType, isLowOnSpace, type StoreView } from './views.ts';

/** Metrics that only the leader of PD exports; a member that steps down forgets them. */
export const leaderOnly: ReadonlySet<string> = new Set([
  'pd_cluster_status', 'pd_scheduler_store_status', 'pd_scheduler_status', 'pd_config_status', 'pd_hotspot_status', 'pd_hotcache_status', 'pd_scheduler_hot_peers_summary', 'pd_cluster_store_limit', 'pd_cluster_tso', 'pd_regions_label_level',
]);

const storeTypes = ['store_up_count', 'store_disconnected_count', 'store_slow_count', 'store_down_count', 'store_unhealth_count'];
const quietStoreTypes = [
  'store_offline_count', 'store_tombstone_count', 'store_low_space_count', 'store_preparing_count', 'store_removing_count', 'store_removed_count',
  'witness_count', 'learner_count',
];
/** The node state that goes with a store's health where it is not serving. */
const leavingTypes: Readonly<Record<string, string>> = { store_offline_count: 'store_removing_count', store_tombstone_count: 'store_removed_count' };
/** Kinds of regions that are not as they should be. */
export const regionStatuses = [
  'miss-peer', 'down-peer', 'pending-peer', 'extra-peer', 'offline-peer', 'learner-peer', 'empty', 'oversized', 'undersized', 'witness-leader',
].map((kind) => `${kind}-region-count`);

const configNumbers = [
  'leader-schedule-limit', 'region-schedule-limit', 'replica-schedule-limit', 'hot-region-schedule-limit', 'merge-schedule-limit',
  'max-snapshot-count', 'max-pending-peer-count', 'low-space-ratio', 'high-space-ratio', 'tolerant-size-ratio', 'max-replicas',
  'affinity-schedule-limit', 'hot-region-cache-hits-threshold', 'max-merge-region-size', 'max-merge-region-keys',
];

/** PD's collection job: every ten seconds it puts what it knows of stores and regions on its gauges. */
export function collectCluster(world: World, registry: Registry): void {
  for (const view of world.pd.stores.values()) collectStore(world, registry, view);
  collectHot(world, registry);
  for (const name of world.pd.schedulers.names) registry.set('pd_scheduler_status', { kind: name, type: 'allow' }, world.pd.config.halted || world.pd.schedulers.isPaused(name) ? 0 : 1);
  collectRegions(world, registry);
  for (const item of configNumbers) registry.set('pd_config_status', { type: item }, Number(world.pd.config.get(item)));
  registry.set('pd_cluster_metadata', { type: `cluster${world.pd.clusterId}` }, 0);
  registry.set('pd_cluster_tso', { dc: 'global', group: '0', type: 'tso' }, world.pd.timestamps.physicalMs);
}

function collectStore(world: World, registry: Registry, view: StoreView): void {
  const store = String(view.id);
  const now = healthType(view, world.engine.nowMs, world.pd.config.storeDownMs);
  const leaders = leadersOn(world, view.id);
  const status = (type: string, value: number) => registry.set('pd_cluster_status', { engine: 'tikv', store, type }, value);
  for (const type of storeTypes) status(type, type === now ? 1 : 0);
  for (const type of quietStoreTypes) status(type, type === 'store_low_space_count' ? lowSpaceStores(world) : type === now || type === leavingTypes[now] ? 1 : 0);
  status('store_serving_count', now in leavingTypes ? 0 : 1);
  status('leader_count', leaders);
  status('region_count', world.index.of(view.id).held.size);
  status('storage_capacity', view.capacityBytes);
  status('storage_size', view.usedBytes);
  for (const type of limitedMoves) registry.set('pd_cluster_store_limit', { store, type }, world.pd.storeLimits.perMinute(view.id, type));
  collectSchedulersView(world, registry, view);
}

const lowSpaceStores = (world: World): number => [...world.pd.stores.values()].filter(isLowOnSpace).length;

function collectSchedulersView(world: World, registry: Registry, view: StoreView): void {
  const store = String(view.id);
  const leaders = leadersOn(world, view.id);
  const { held, heldMib } = world.index.of(view.id);
  const seen = (type: string, value: number) => registry.set('pd_scheduler_store_status', { address: view.address, store, type }, value);
  seen('leader_count', leaders);
  seen('leader_score', leaders);
  seen('leader_size', world.pd.regions.ledBy(view.id).mib);
  seen('region_count', held.size);
  seen('region_size', heldMib);
  seen('region_score', regionScore(heldMib, view));
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

function collectRegions(world: World, registry: Registry): void {
  // Without location labels no region's replicas are told apart by place.
  if (world.pd.config.get('location-labels') === '') registry.set('pd_regions_label_level', { type: 'none' }, world.regions.length);
  for (const type of regionStatuses) registry.set('pd_regions_status', { type }, type === 'empty-region-count' ? world.index.empty : (checked[type.replace(/-region-count$/, '')]?.(world).length ?? 0));
  registry.set('pd_checker_region_list', { type: 'pending_processed_regions' }, world.pd.checkers.waiting);
  registry.set('pd_checker_region_list', { type: 'priority_list' }, 0);
}
