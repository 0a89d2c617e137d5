import type { Value } from '../metrics/instruments.ts';
import { Family, type Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';
import { HotGauges } from './hot-gauges.ts';
import { checked } from './region-kinds.ts';
import { StoreGauges } from './store-gauges.ts';
import { isLowOnSpace, type StoreView } from './views.ts';

/** Metrics that only the leader of PD exports; a member that steps down forgets them, and with them its {@link ClusterGauges}. */
export const leaderOnly: ReadonlySet<string> = new Set([
  'pd_cluster_status', 'pd_scheduler_store_status', 'pd_scheduler_status', 'pd_config_status', 'pd_hotspot_status', 'pd_hotcache_status', 'pd_scheduler_hot_peers_summary', 'pd_cluster_store_limit', 'pd_regions_label_level',
]);

const regionKinds = ['miss-peer', 'down-peer', 'pending-peer', 'extra-peer', 'offline-peer', 'learner-peer', 'empty', 'oversized', 'undersized', 'witness-leader'] as const;
const statusOf = (kind: string): string => `${kind}-region-count`;
/** Kinds of regions that are not as they should be. */
export const regionStatuses = regionKinds.map(statusOf);

const configNumbers = [
  'leader-schedule-limit', 'region-schedule-limit', 'replica-schedule-limit', 'hot-region-schedule-limit', 'merge-schedule-limit',
  'max-snapshot-count', 'max-pending-peer-count', 'low-space-ratio', 'high-space-ratio', 'tolerant-size-ratio', 'max-replicas',
  'affinity-schedule-limit', 'hot-region-cache-hits-threshold', 'max-merge-region-size', 'max-merge-region-keys',
];

/** PD's collection job: every ten seconds it puts what it knows of stores and regions on its gauges. They last as long as the member leads. */
export class ClusterGauges {
  readonly #world: World;
  readonly #registry: Registry;
  readonly #stores = new Map<StoreView, StoreGauges>();
  readonly #hot: HotGauges;
  readonly #schedulers: Family<Value>;
  readonly #regions: Family<Value>;
  readonly #config: Family<Value>;

  constructor(world: World, registry: Registry) {
    this.#world = world;
    this.#registry = registry;
    this.#hot = new HotGauges(world, registry);
    this.#schedulers = new Family((kind) => registry.value('pd_scheduler_status', { kind, type: 'allow' }));
    this.#regions = new Family((kind) => registry.value('pd_regions_status', { type: statusOf(kind) }));
    this.#config = new Family((type) => registry.value('pd_config_status', { type }));
  }

  collect(): void {
    const { pd } = this.#world;
    const views = [...pd.stores.values()];
    const lowOnSpace = views.filter(isLowOnSpace).length;
    for (const view of views) this.#of(view).collect(lowOnSpace);
    this.#hot.collect();
    for (const name of pd.schedulers.names) this.#schedulers.of(name).set(pd.config.halted || pd.schedulers.isPaused(name) ? 0 : 1);
    this.#collectRegions();
    for (const item of configNumbers) this.#config.of(item).set(Number(pd.config.get(item)));
    this.#registry.set('pd_cluster_metadata', { type: `cluster${pd.clusterId}` }, 0);
  }

  #of(view: StoreView): StoreGauges {
    let gauges = this.#stores.get(view);
    if (!gauges) this.#stores.set(view, (gauges = new StoreGauges(this.#world, this.#registry, view)));
    return gauges;
  }

  #collectRegions(): void {
    const { pd, regions, index } = this.#world;
    // Without location labels no region's replicas are told apart by place.
    if (pd.config.get('location-labels') === '') this.#registry.set('pd_regions_label_level', { type: 'none' }, regions.length);
    for (const kind of regionKinds) this.#regions.of(kind).set(kind === 'empty' ? index.empty : (checked[kind]?.(this.#world).length ?? 0));
    this.#registry.set('pd_checker_region_list', { type: 'pending_processed_regions' }, pd.checkers.waiting);
    this.#registry.set('pd_checker_region_list', { type: 'priority_list' }, 0);
  }
}
