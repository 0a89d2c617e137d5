import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { goDuration } from '../go-format.ts';
import { regionScore } from '../scores.ts';
import { leadersOn } from '../schedulers/scheduler.ts';
import { type StoreView, storeState } from '../views.ts';
import { big, byteSize, goTimestamp, pretty, withBigNumbers } from './reply.ts';

/** GET /stores. */
export function stores(world: World): HttpResponse {
  const views = [...world.pd.stores.values()].sort((a, b) => a.id - b.id);
  return withBigNumbers(pretty({ count: views.length, stores: views.map((view) => storeBody(world, view)) }));
}

/** GET /store/{id}. */
export function store(world: World, id: string): HttpResponse {
  const view = world.pd.stores.get(Number(id));
  return view ? withBigNumbers(pretty(storeBody(world, view))) : pretty(`[PD:core:ErrStoreNotFound]store ${id} not found`, 404);
}

/** GET /stores/limit. */
export const storesLimit = (world: World): HttpResponse => pretty(world.pd.config.get('store-limit'));

function storeBody(world: World, view: StoreView) {
  const { pd, engine } = world;
  const { held, heldMib } = world.index.of(view.id);
  const leaders = leadersOn(world, view.id);
  const startMs = view.startTimestampSeconds * 1000;
  const pending = pd.regions.pendingOn(view.id);
  return {
    store: {
      id: view.id, address: view.address, version: '8.5.8', peer_address: view.address, status_address: view.statusAddress, git_hash: 'Unknown git hash',
      start_timestamp: view.startTimestampSeconds, deploy_path: '/deploy/bin', last_heartbeat: big(`${view.lastHeartbeatMs}000000`),
      node_state: 1, state_name: storeState(view, engine.nowMs, pd.config.storeDownMs),
    },
    status: {
      capacity: byteSize(view.capacityBytes), available: byteSize(view.availableBytes), used_size: byteSize(view.usedBytes),
      leader_count: leaders, leader_weight: 1, leader_score: leaders, leader_size: pd.regions.ledBy(view.id).mib,
      region_count: held.size, region_weight: 1, region_score: regionScore(heldMib, view), region_size: heldMib,
      ...(pending > 0 && { pending_peer_count: pending }),
      ...(view.slowScore !== undefined && { slow_score: view.slowScore }),
      slow_trend: { cause_value: 250_000, cause_rate: 0, result_value: view.rates.readQueries, result_rate: 0 },
      ...(view.busy && { is_busy: true }),
      start_ts: goTimestamp(startMs), last_heartbeat_ts: goTimestamp(view.lastHeartbeatMs), uptime: goDuration(Math.max(0, view.lastHeartbeatMs - startMs)),
    },
  };
}
