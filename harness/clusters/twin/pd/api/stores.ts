import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import { goDuration } from '../go-format.ts';
import { regionScore } from '../scores.ts';
import { limitedMoves } from '../store-limits.ts';
import { leadersOn } from '../schedulers/scheduler.ts';
import { type StoreView, storeState } from '../views.ts';
import { Kept } from './kept.ts';
import { asMember, big, byteSize, goTimestamp, pretty, prettyList, withBigNumbers } from './reply.ts';

/** GET /stores; `state` asks by number: 0 up, 1 offline, 2 tombstone. */
export function stores(world: World, asked: readonly string[] = []): HttpResponse {
  const wanted = (view: StoreView) => (asked.length === 0 ? !view.buried : asked.includes(view.buried ? '2' : view.leaving ? '1' : '0'));
  return storeList(world, wanted);
}

/** GET /stores/check?state=down: the stores in these states. */
export function storesIn(world: World, states: readonly string[]): HttpResponse {
  const unknown = states.find((state) => !['up', 'down', 'disconnected', 'offline', 'tombstone'].includes(state.toLowerCase()));
  if (unknown !== undefined) return pretty(`unknown StoreState: ${unknown}`, 400);
  const wanted = states.map((state) => state.toLowerCase());
  return storeList(world, (view) => wanted.includes(storeState(view, world.engine.nowMs, world.pd.config.storeDownMs).toLowerCase()));
}

function storeList(world: World, wanted: (view: StoreView) => boolean): HttpResponse {
  const views = [...world.pd.stores.values()].filter(wanted).sort((a, b) => a.id - b.id);
  return prettyList('stores', views.map((view) => storeOf(world, view).member));
}

/** GET /store/{id}. */
export function store(world: World, id: string): HttpResponse {
  const view = world.pd.stores.get(Number(id));
  return view ? storeOf(world, view).answer : pretty(`[PD:core:ErrStoreNotFound]store ${id} not found`, 404);
}

/** DELETE /store/{id}: the store is to leave the cluster. */
export function deleteStore(world: World, id: string): HttpResponse {
  const view = world.pd.stores.get(Number(id));
  if (!view) return pretty(`[PD:core:ErrStoreNotFound]store ${id} not found`, 404);
  if (view.buried) return pretty(`store ${id} has been removed`, 410);
  const gone = world.pd.departures.begone(view);
  return gone.ok ? pretty('The store is set as Offline.') : pretty(gone.failure.because, 400);
}

/** POST /store/{id}/state?state=Up: a leaving store stays. */
export function setStoreState(world: World, id: string, state: string): HttpResponse {
  const view = world.pd.stores.get(Number(id));
  if (!view) return pretty(`[PD:core:ErrStoreNotFound]store ${id} not found`, 404);
  if (state === 'Offline') return deleteStore(world, id);
  if (state !== 'Up') return pretty(`invalid state ${state}`, 400);
  world.pd.departures.stay(view);
  return pretty("The store's state is updated.");
}

/** GET /stores/progress?action=removing: how far the leaving stores are, together. */
export function storesProgress(world: World, action: string | undefined): HttpResponse {
  if (action === undefined) return pretty('need query parameters', 400);
  const leaving = [...world.pd.stores.values()].filter((view) => view.leaving && !view.buried);
  if (action !== 'removing' || leaving.length === 0) return pretty('no progress found for the action', 404);
  const mean = (read: (view: StoreView) => number) => leaving.reduce((sum, view) => sum + read(view), 0) / leaving.length;
  const speed = mean((view) => speedOf(world, view));
  const left = mean((view) => world.index.of(view.id).heldMib);
  return pretty({ action, progress: mean((view) => world.pd.departures.progressOf(view)), current_speed: speed, left_seconds: speed > 0 ? left / speed : Number.MAX_VALUE });
}

/** MiB per second since it was told to leave. */
function speedOf(world: World, view: StoreView): number {
  if (!view.leaving) return 0;
  return (view.leaving.sizeMib - world.index.of(view.id).heldMib) / Math.max(1, (world.engine.nowMs - view.leaving.sinceMs) / 1000);
}

/** POST /stores/limit: one rate for all stores, for one kind of move or both. */
export function setStoresLimit(world: World, body: { readonly rate?: unknown; readonly type?: unknown }): HttpResponse {
  const rate = Number(body.rate);
  if (body.rate === undefined) return pretty('rate unset', 400);
  if (!(rate > 0)) return pretty('invalid rate which should be larger than 0', 400);
  const all = world.pd.config.get('store-limit') as Record<string, Record<string, number>>;
  const types = limitedMoves.filter((type) => body.type === undefined || body.type === type);
  world.pd.config.set('store-limit', Object.fromEntries(Object.entries(all).map(([id, limits]) => [id, { ...limits, ...Object.fromEntries(types.map((type) => [type, rate])) }])));
  for (const id of Object.keys(all)) for (const type of types) world.pd.log({ source: 'cluster.go:2586', message: 'store limit changed', fields: [['store-id', Number(id)], ['type', type], ['rate-per-min', rate]] });
  return pretty('Set store limit successfully.');
}

/** GET /stores/limit. */
export const storesLimit = (world: World): HttpResponse => pretty(world.pd.config.get('store-limit'));

const answers = new Kept((shown: Shown) => {
  const answer = answerOf(shown);
  return { answer, member: asMember(answer) };
});

/** A store as every endpoint prints it. Its heartbeat comes every ten seconds, and between two of them there is hardly ever anything new. */
const storeOf = (world: World, view: StoreView) => answers.of(view, shownOf(world, view));

type Shown = ReturnType<typeof shownOf>;

/** All that the answer shows of a store, first what is most often another. */
function shownOf(world: World, view: StoreView) {
  const { pd, engine, index } = world;
  const { held, heldMib } = index.of(view.id);
  const { id, address, statusAddress, version, labels, startTimestampSeconds, lastHeartbeatMs, slowScore, networkScores, busy, buried, capacityBytes, availableBytes, usedBytes } = view;
  return {
    lastHeartbeatMs, availableBytes, usedBytes, id, address, statusAddress, version, labels, startTimestampSeconds, slowScore, networkScores, busy, buried, capacityBytes,
    leaving: view.leaving !== undefined, preparing: view.preparing, state: storeState(view, engine.nowMs, pd.config.storeDownMs), readQueries: view.rates.readQueries,
    leaders: leadersOn(world, id), leadersMib: pd.regions.ledBy(id).mib, regions: held.size, regionsMib: heldMib, score: regionScore(heldMib, view), pending: pd.regions.pendingOn(id),
  };
}

function answerOf(shown: Shown): HttpResponse {
  const { leaders, pending, slowScore, networkScores, lastHeartbeatMs, startTimestampSeconds, labels } = shown;
  const startMs = startTimestampSeconds * 1000;
  const heard = lastHeartbeatMs > 0;
  return withBigNumbers(pretty({
    store: {
      id: shown.id, address: shown.address, version: shown.version, peer_address: shown.address, status_address: shown.statusAddress, git_hash: 'Unknown git hash',
      start_timestamp: startTimestampSeconds, deploy_path: '/deploy/bin', ...(heard && { last_heartbeat: big(`${lastHeartbeatMs}000000`) }),
      ...(shown.buried ? { state: 2 } : shown.leaving && { state: 1 }), ...nodeState(shown),
      ...(Object.keys(labels).length > 0 && { labels: Object.entries(labels).map(([key, value]) => ({ key, value })) }), state_name: shown.state,
    },
    status: {
      capacity: byteSize(shown.capacityBytes), available: byteSize(shown.availableBytes), used_size: byteSize(shown.usedBytes),
      leader_count: leaders, leader_weight: 1, leader_score: leaders, leader_size: shown.leadersMib,
      region_count: shown.regions, region_weight: 1, region_score: shown.score, region_size: shown.regionsMib,
      ...(pending > 0 && { pending_peer_count: pending }),
      ...(slowScore !== undefined && { slow_score: slowScore }),
      ...(networkScores.size > 0 && { network_slow_score: Object.fromEntries(networkScores) }),
      ...(heard && { slow_trend: { cause_value: 250_000, cause_rate: 0, result_value: shown.readQueries, result_rate: 0 } }),
      ...(shown.busy && { is_busy: true }),
      start_ts: goTimestamp(startMs), last_heartbeat_ts: goTimestamp(lastHeartbeatMs), ...(heard && { uptime: goDuration(Math.max(0, lastHeartbeatMs - startMs)) }),
    },
  }));
}

/** Preparing is 0, which PD leaves out. */
function nodeState({ buried, leaving, preparing }: Shown): { node_state?: number } {
  return buried ? { node_state: 3 } : leaving ? { node_state: 2 } : preparing ? {} : { node_state: 1 };
}
