import type { Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';
import { deviationOf, meanOf } from './hot-balance.ts';
import { flowOf, type FlowKind, leastHot } from './hot-spots.ts';
import type { RegionView, StoreView } from './views.ts';

interface Heat {
  readonly regions: number;
  readonly bytes: number;
  readonly keys: number;
  readonly query: number;
}

/** What PD shows of hot regions: how many and how hot on each store, what a store should have, and from which flow on a region is listed. */
export function collectHot(world: World, registry: Registry): void {
  const { pd } = world;
  const views = [...pd.stores.values()];
  for (const kind of ['write', 'read'] as const) {
    const onStores = heatsOf(pd.regions.hot(kind), kind);
    const heats = views.map((view) => ({ view, ...(onStores.get(view.id) ?? cold()) }));
    for (const { view, leader, peer } of heats) {
      show(registry, view, { kind, side: 'as_leader', heat: leader });
      show(registry, view, { kind, side: 'as_peer', heat: peer });
    }
    summarise(registry, { kind, side: 'leader', loads: heats.map(({ view, leader }) => (kind === 'read' ? readsOf(view, leader) : { ...leader, query: 0 })) });
    summarise(registry, { kind, side: 'region', loads: heats.map(({ view, peer }) => (kind === 'read' ? readsOf(view, peer) : { regions: peer.regions, bytes: view.rates.writeBytes, keys: view.rates.writeKeys, query: 0 })) });
    collectCache(world, registry, kind);
  }
}

const cold = () => ({ leader: { regions: 0, bytes: 0, keys: 0, query: 0 }, peer: { regions: 0, bytes: 0, keys: 0, query: 0 } });

/** By store, the heat of what it leads, and for writes of all that it holds. */
function heatsOf(hot: readonly RegionView[], kind: FlowKind): ReadonlyMap<number, { readonly leader: Heat; readonly peer: Heat }> {
  const heats = new Map<number, ReturnType<typeof cold>>();
  for (const view of hot) {
    const { bytes, keys } = flowOf(view, kind);
    const add = (storeId: number, side: 'leader' | 'peer'): void => {
      let both = heats.get(storeId);
      if (!both) heats.set(storeId, (both = cold()));
      const heat = both[side];
      heat.regions++;
      heat.bytes += bytes;
      heat.keys += keys;
      // Raw puts are no write queries to PD.
      if (kind === 'read') heat.query += keys;
    };
    add(view.leader, 'leader');
    add(view.leader, 'peer');
    if (kind === 'write') for (const { storeId } of view.region.peers) if (storeId !== view.leader) add(storeId, 'peer');
  }
  return heats;
}

const readsOf = ({ rates }: StoreView, { regions }: Heat): Heat => ({ regions, bytes: rates.readBytes, keys: rates.readQueries, query: rates.readQueries });

function show(registry: Registry, { id, address }: StoreView, { kind, side, heat }: { readonly kind: FlowKind; readonly side: string; readonly heat: Heat }): void {
  const hot = (type: string, value: number) => registry.set('pd_hotspot_status', { address, store: String(id), type: `${type}_${side}` }, value);
  hot(`hot_${kind}_region`, heat.regions);
  for (const what of ['bytes', 'keys', 'query'] as const) hot(`total_${kind}_${what}`, heat[what]);
}

/** What balance-hot-region compares stores with: the mean, and how far they are from it. */
function summarise(registry: Registry, { kind, side, loads }: { readonly kind: FlowKind; readonly side: string; readonly loads: readonly Heat[] }): void {
  const summary = (type: string, value: number) => registry.set('pd_scheduler_hot_peers_summary', { store: 'tikv', type: `${type}-${kind}-${side}` }, value);
  for (const [name, of] of [['byte-rate', 'bytes'], ['key-rate', 'keys'], ['query-rate', 'query'], ['count-rate', 'regions']] as const) {
    const values = loads.map((load) => load[of]);
    summary(`exp-${name}`, meanOf(values));
    if (of !== 'regions') summary(`stddev-${name}`, deviationOf(values));
  }
}

function collectCache(world: World, registry: Registry, kind: FlowKind): void {
  const { bytes, keys } = leastHot(kind);
  const lengths = new Map<number, number>();
  for (const view of world.pd.regions.warm(kind)) for (const { storeId } of kind === 'read' ? [{ storeId: view.leader }] : view.region.peers) lengths.set(storeId, (lengths.get(storeId) ?? 0) + 1);
  for (const id of world.pd.stores.keys()) {
    const cache = (name: string, value: number) => registry.set('pd_hotcache_status', { name, store: `store-${id}`, type: kind }, value);
    cache('total_length', lengths.get(id) ?? 0);
    cache('byte-rate-threshold', Math.max(bytes, world.pd.reports.leastHotBytes(kind)));
    cache('key-rate-threshold', keys);
    cache('query-rate-threshold', keys);
  }
}
