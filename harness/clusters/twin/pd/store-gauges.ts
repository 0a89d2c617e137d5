import type { Value } from '../metrics/instruments.ts';
import { Family, type Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';
import { regionScore } from './scores.ts';
import { limitedMoves } from './store-limits.ts';
import { leadersOn } from './schedulers/scheduler.ts';
import { healthType, type StoreView } from './views.ts';

const storeTypes = ['store_up_count', 'store_disconnected_count', 'store_slow_count', 'store_down_count', 'store_unhealth_count'];
const quietStoreTypes = [
  'store_offline_count', 'store_tombstone_count', 'store_low_space_count', 'store_preparing_count', 'store_removing_count', 'store_removed_count',
  'witness_count', 'learner_count',
];
/** The node state that goes with a store's health where it is not serving. */
const leavingTypes: Readonly<Record<string, string>> = { store_offline_count: 'store_removing_count', store_tombstone_count: 'store_removed_count' };

/** What PD's collection job shows of one store; each gauge is looked up once. */
export class StoreGauges {
  readonly #world: World;
  readonly #view: StoreView;
  readonly #status: Family<Value>;
  readonly #limit: Family<Value>;
  readonly #seen: Family<Value>;

  constructor(world: World, registry: Registry, view: StoreView) {
    this.#world = world;
    this.#view = view;
    const store = String(view.id);
    this.#status = new Family((type) => registry.value('pd_cluster_status', { engine: 'tikv', store, type }));
    this.#limit = new Family((type) => registry.value('pd_cluster_store_limit', { store, type }));
    this.#seen = new Family((type) => registry.value('pd_scheduler_store_status', { address: view.address, store, type }));
  }

  /** `lowOnSpace` says how many stores are: each shows the number of all. */
  collect(lowOnSpace: number): void {
    const { pd, index } = this.#world;
    this.#collectHealth(lowOnSpace);
    this.#status.of('leader_count').set(leadersOn(this.#world, this.#view.id));
    this.#status.of('region_count').set(index.of(this.#view.id).held.size);
    this.#status.of('storage_capacity').set(this.#view.capacityBytes);
    this.#status.of('storage_size').set(this.#view.usedBytes);
    for (const type of limitedMoves) this.#limit.of(type).set(pd.storeLimits.perMinute(this.#view.id, type));
    this.#collectSchedulersView();
  }

  #collectHealth(lowOnSpace: number): void {
    const { preparing } = this.#view;
    const now = healthType(this.#view, this.#world.engine.nowMs, this.#world.pd.config.storeDownMs);
    for (const type of storeTypes) this.#status.of(type).set(type === now ? 1 : 0);
    for (const type of quietStoreTypes) this.#status.of(type).set(type === 'store_low_space_count' ? lowOnSpace : type === now || type === leavingTypes[now] ? 1 : 0);
    this.#status.of('store_preparing_count').set(preparing && !(now in leavingTypes) ? 1 : 0);
    this.#status.of('store_serving_count').set(preparing || now in leavingTypes ? 0 : 1);
  }

  #collectSchedulersView(): void {
    const { id, rates, availableBytes, capacityBytes, usedBytes } = this.#view;
    const leaders = leadersOn(this.#world, id);
    const { held, heldMib } = this.#world.index.of(id);
    const seen = (type: string, value: number) => this.#seen.of(type).set(value);
    seen('leader_count', leaders);
    seen('leader_score', leaders);
    seen('leader_size', this.#world.pd.regions.ledBy(id).mib);
    seen('region_count', held.size);
    seen('region_size', heldMib);
    seen('region_score', regionScore(heldMib, this.#view));
    seen('store_available', availableBytes);
    seen('store_capacity', capacityBytes);
    seen('store_used', usedBytes);
    seen('store_read_query_rate', rates.readQueries);
    seen('store_read_rate_bytes', rates.readBytes);
    seen('store_read_rate_keys', rates.readQueries);
    seen('store_write_rate_bytes', rates.writeBytes);
    seen('store_write_rate_keys', rates.writeKeys);
    seen('store_write_query_rate', 0);
  }
}
