import type { HttpResponse } from '../../../../../src/ports/http.ts';
import { peerOn, type Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { type FlowKind, flowOf } from '../hot-spots.ts';
import type { RegionView, StoreView } from '../views.ts';
import { goTimestamp, pretty } from './reply.ts';

/** GET /hotspot/stores: rates per store; raw puts are not counted as write queries. */
export function hotStores(world: World): HttpResponse {
  const per = (read: (view: StoreView) => number) => Object.fromEntries(sortedStores(world).map((view) => [String(view.id), read(view)]));
  return pretty({
    'bytes-write-rate': per((view) => view.rates.writeBytes), 'bytes-read-rate': per((view) => view.rates.readBytes),
    'keys-write-rate': per((view) => view.rates.writeKeys), 'keys-read-rate': per((view) => view.rates.readQueries),
    'query-write-rate': per(() => 0), 'query-read-rate': per((view) => view.rates.readQueries),
  });
}

/** GET /hotspot/regions/{write,read}, of all stores or of those that are asked for. */
export function hotRegions(world: World, kind: FlowKind, asked: readonly string[] = []): HttpResponse {
  const stores = sortedStores(world).filter(({ id }) => asked.length === 0 || asked.includes(String(id)));
  const sides = stores.map((view) => [String(view.id), hotOf(world, view, kind)] as const);
  const side = (name: 'as_peer' | 'as_leader') => Object.fromEntries(sides.map(([id, both]) => [id, both[name]]));
  return pretty({ as_peer: side('as_peer'), as_leader: side('as_leader') });
}

/** The hot regions of a store, those of which it holds a replica and those that it leads. Reads are only the leader's. */
export function hotOf(world: World, store: StoreView, kind: FlowKind) {
  const all = world.pd.regions.hot(kind).flatMap((view) => ((kind === 'write' || view.leader === store.id) && peerOn(view.region, store.id) ? [statistic(view.region, view, { store, kind })] : []));
  return { as_peer: sideOf(store, kind, all), as_leader: sideOf(store, kind, all.filter((each) => each.is_leader)) };
}

function sideOf({ rates }: StoreView, kind: FlowKind, statistics: readonly ReturnType<typeof statistic>[]) {
  const sum = (what: 'flow_bytes' | 'flow_keys' | 'flow_query') => statistics.reduce((total, each) => total + each[what], 0);
  return {
    store_bytes: kind === 'write' ? rates.writeBytes : rates.readBytes, store_keys: kind === 'write' ? rates.writeKeys : rates.readQueries, store_query: kind === 'write' ? 0 : rates.readQueries,
    total_flow_bytes: sum('flow_bytes'), total_flow_keys: sum('flow_keys'), total_flow_query: sum('flow_query'), regions_count: statistics.length, statistics,
  };
}

function statistic(region: Region, view: RegionView, { store, kind }: { readonly store: StoreView; readonly kind: FlowKind }) {
  const { bytes, keys } = flowOf(view, kind);
  return {
    store_id: store.id, stores: region.peers.map((peer) => peer.storeId), is_leader: view.leader === store.id, is_learner: false, region_id: region.id, hot_degree: view.hotDegrees[kind],
    flow_bytes: bytes, flow_keys: keys, flow_query: kind === 'read' ? keys : 0, anti_count: kind === 'read' ? 12 : 2, last_update_time: goTimestamp(Math.floor(view.lastHeartbeatMs / 1000) * 1000),
  };
}

const sortedStores = (world: World): StoreView[] => [...world.pd.stores.values()].sort((a, b) => a.id - b.id);
