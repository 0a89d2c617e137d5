import type { HttpResponse } from '../../../../../src/ports/http.ts';
import { peerOn } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import type { StoreView } from '../views.ts';
import { goTimestamp, pretty } from './reply.ts';

const hitsThreshold = 3;
const heartbeatSeconds = 60;

/** GET /hotspot/stores: rates per store; raw puts are not counted as write queries. */
export function hotStores(world: World): HttpResponse {
  const per = (read: (view: StoreView) => number) => Object.fromEntries(sortedStores(world).map((view) => [String(view.id), read(view)]));
  return pretty({
    'bytes-write-rate': per((view) => view.rates.writeBytes), 'bytes-read-rate': per((view) => view.rates.readBytes),
    'keys-write-rate': per((view) => view.rates.writeKeys), 'keys-read-rate': per((view) => view.rates.readQueries),
    'query-write-rate': per(() => 0), 'query-read-rate': per((view) => view.rates.readQueries),
  });
}

/** GET /hotspot/regions/{write,read}. Hot reads are not modelled, so that list is empty. */
export function hotRegions(world: World, kind: 'write' | 'read'): HttpResponse {
  const side = (leadersOnly: boolean) => Object.fromEntries(sortedStores(world).map((view) => [String(view.id), hotOf(world, view, { kind, leadersOnly })]));
  return pretty({ as_peer: side(false), as_leader: side(true) });
}

function hotOf(world: World, store: StoreView, which: { readonly kind: 'write' | 'read'; readonly leadersOnly: boolean }) {
  const statistics = which.kind === 'read' ? [] : world.regions.flatMap((region) => {
    const view = world.pd.regions.get(region.id);
    if (!view || view.hotDegree < hitsThreshold || !peerOn(region, store.id)) return [];
    const leads = view.leader === store.id;
    if (which.leadersOnly && !leads) return [];
    return [{
      store_id: store.id, stores: region.peers.map((peer) => peer.storeId), is_leader: leads, is_learner: false, region_id: region.id, hot_degree: view.hotDegree,
      flow_bytes: Math.round(view.writtenBytes / heartbeatSeconds), flow_keys: Math.round(view.writtenKeys / heartbeatSeconds), flow_query: 0, anti_count: 2, last_update_time: goTimestamp(view.lastHeartbeatMs),
    }];
  });
  const sum = (read: (each: (typeof statistics)[number]) => number) => statistics.reduce((total, each) => total + read(each), 0);
  const { rates } = store;
  return {
    store_bytes: which.kind === 'write' ? rates.writeBytes : rates.readBytes, store_keys: which.kind === 'write' ? rates.writeKeys : rates.readQueries, store_query: which.kind === 'write' ? 0 : rates.readQueries,
    total_flow_bytes: sum((each) => each.flow_bytes), total_flow_keys: sum((each) => each.flow_keys), total_flow_query: 0, regions_count: statistics.length, statistics,
  };
}

const sortedStores = (world: World): StoreView[] => [...world.pd.stores.values()].sort((a, b) => a.id - b.id);
