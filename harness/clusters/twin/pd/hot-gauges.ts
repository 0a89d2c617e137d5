import type { Value } from '../metrics/instruments.ts';
import { Family, type Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';
import { cold, type Heat, heatsOf, readsOf } from './heats.ts';
import { deviationOf, meanOf } from './hot-balance.ts';
import { type FlowKind, leastHot } from './hot-spots.ts';
import type { StoreView } from './views.ts';

const parts = ['regions', 'bytes', 'keys', 'query'] as const satisfies (keyof Heat)[];
/** By what balance-hot-region compares stores, and what PD calls that. */
const compared = [['bytes', 'byte-rate'], ['keys', 'key-rate'], ['query', 'query-rate'], ['regions', 'count-rate']] as const;

/** What PD shows of hot regions: how many and how hot on each store, what a store should have, and from which flow on a region is listed. */
export class HotGauges {
  readonly #kinds: readonly HotKind[];

  constructor(world: World, registry: Registry) {
    this.#kinds = [new HotKind(world, registry, 'write'), new HotKind(world, registry, 'read')];
  }

  collect(): void {
    for (const kind of this.#kinds) kind.collect();
  }
}

/** The gauges for one kind of flow. */
class HotKind {
  readonly #world: World;
  readonly #registry: Registry;
  readonly #kind: FlowKind;
  readonly #heats = new Map<StoreView, Readonly<Record<'leader' | 'peer', HeatGauges>>>();
  readonly #summaries: Readonly<Record<'leader' | 'region', Summary>>;
  readonly #caches = new Map<number, Family<Value>>();

  constructor(world: World, registry: Registry, kind: FlowKind) {
    this.#world = world;
    this.#registry = registry;
    this.#kind = kind;
    this.#summaries = { leader: new Summary(registry, `${kind}-leader`), region: new Summary(registry, `${kind}-region`) };
  }

  collect(): void {
    const { pd } = this.#world;
    const onStores = heatsOf(pd.regions.hot(this.#kind), this.#kind);
    const heats = [...pd.stores.values()].map((view) => ({ view, ...(onStores.get(view.id) ?? cold()) }));
    for (const { view, leader, peer } of heats) {
      const gauges = this.#of(view);
      gauges.leader.show(leader);
      gauges.peer.show(peer);
    }
    const reads = this.#kind === 'read';
    this.#summaries.leader.show(heats.map(({ view, leader }) => (reads ? readsOf(view, leader) : { ...leader, query: 0 })));
    this.#summaries.region.show(heats.map(({ view, peer }) => (reads ? readsOf(view, peer) : { regions: peer.regions, bytes: view.rates.writeBytes, keys: view.rates.writeKeys, query: 0 })));
    this.#collectCache();
  }

  #of(view: StoreView): Readonly<Record<'leader' | 'peer', HeatGauges>> {
    let gauges = this.#heats.get(view);
    const make = (side: string) => new HeatGauges(this.#registry, view, { kind: this.#kind, side });
    if (!gauges) this.#heats.set(view, (gauges = { leader: make('as_leader'), peer: make('as_peer') }));
    return gauges;
  }

  #collectCache(): void {
    const { pd } = this.#world;
    const { bytes, keys } = leastHot(this.#kind);
    const lengths = new Map<number, number>();
    const count = (storeId: number) => lengths.set(storeId, (lengths.get(storeId) ?? 0) + 1);
    for (const { leader, region } of pd.regions.warm(this.#kind)) {
      if (this.#kind === 'read') count(leader);
      else for (const { storeId } of region.peers) count(storeId);
    }
    for (const id of pd.stores.keys()) {
      const cache = this.#cacheOf(id);
      cache.of('total_length').set(lengths.get(id) ?? 0);
      cache.of('byte-rate-threshold').set(Math.max(bytes, pd.reports.leastHotBytes(this.#kind)));
      cache.of('key-rate-threshold').set(keys);
      cache.of('query-rate-threshold').set(keys);
    }
  }

  #cacheOf(storeId: number): Family<Value> {
    let cache = this.#caches.get(storeId);
    if (!cache) this.#caches.set(storeId, (cache = new Family((name) => this.#registry.value('pd_hotcache_status', { name, store: `store-${storeId}`, type: this.#kind }))));
    return cache;
  }
}

/** What a store has that is hot, of which it is the leader or of which it holds a replica. */
class HeatGauges {
  readonly #values: Readonly<Record<keyof Heat, Value>>;

  constructor(registry: Registry, { id, address }: StoreView, { kind, side }: { readonly kind: FlowKind; readonly side: string }) {
    const value = (type: string) => registry.value('pd_hotspot_status', { address, store: String(id), type: `${type}_${side}` });
    this.#values = { regions: value(`hot_${kind}_region`), bytes: value(`total_${kind}_bytes`), keys: value(`total_${kind}_keys`), query: value(`total_${kind}_query`) };
  }

  show(heat: Heat): void {
    for (const part of parts) this.#values[part].set(heat[part]);
  }
}

/** What balance-hot-region compares stores with: the mean, and how far they are from it. */
class Summary {
  readonly #means: Family<Value>;
  readonly #deviations: Family<Value>;

  constructor(registry: Registry, of: string) {
    const value = (type: string) => registry.value('pd_scheduler_hot_peers_summary', { store: 'tikv', type });
    this.#means = new Family((name) => value(`exp-${name}-${of}`));
    this.#deviations = new Family((name) => value(`stddev-${name}-${of}`));
  }

  show(loads: readonly Heat[]): void {
    for (const [of, name] of compared) {
      const values = loads.map((load) => load[of]);
      const mean = meanOf(values);
      this.#means.of(name).set(mean);
      if (of !== 'regions') this.#deviations.of(name).set(deviationOf(values, mean));
    }
  }
}
