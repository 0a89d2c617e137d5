import type { HttpResponse } from '../../../../../src/ports/http.ts';
import { type Peer, type Region, peerOn } from '../../raft/region.ts';
import type { RegionView } from '../views.ts';
import type { World } from '../../world.ts';
import { checked } from '../region-kinds.ts';
import { Kept } from './kept.ts';
import { compact, plain, pretty } from './reply.ts';

const roles = { voter: ['Voter', 0], learner: ['Learner', 1], incoming: ['IncomingVoter', 2], demoting: ['DemotingVoter', 3] } as const;

function peerBody({ id, storeId, role = 'voter' }: Peer) {
  const [name, number] = roles[role];
  return { role_name: name, ...(role === 'learner' && { is_learner: true }), id, store_id: storeId, ...(number > 0 && { role: number }) };
}

/** A region as every endpoint prints it. */
export function regionBody(world: World, region: Region) {
  const view = world.pd.regions.get(region.id);
  // One that was taken in has no replicas any more, and PD may not know it yet.
  const peers = view && region.peers.length === 0 ? view.peers : region.peers;
  const leader = view && peers.find(({ storeId }) => storeId === view.leader);
  const pending = (view?.pending ?? []).flatMap((storeId) => peerOn(region, storeId) ?? []);
  const down = (view?.down ?? []).flatMap(({ storeId, seconds }) => {
    const peer = peerOn(region, storeId);
    return peer ? [{ peer: peerBody(peer), down_seconds: seconds }] : [];
  });
  return {
    id: region.id, start_key: region.startKey, end_key: region.endKey, epoch: { conf_ver: region.confVer, version: region.version },
    peers: peers.map(peerBody), leader: leader ? peerBody(leader) : { role_name: 'Voter' },
    ...(down.length > 0 && { down_peers: down }),
    ...(pending.length > 0 && { pending_peers: pending.map(peerBody) }),
    cpu_usage: 0, written_bytes: view?.writtenBytes ?? 0, read_bytes: view?.readBytes ?? 0, written_keys: view?.writtenKeys ?? 0, read_keys: view?.readKeys ?? 0,
    approximate_size: region.sizeMib, approximate_keys: region.keys,
  };
}

/** Most lists of regions that are not as they should be are empty most of the time. */
const none = compact({ count: 0, regions: [] });

/** A list as every endpoint of regions prints it. */
export const list = (world: World, regions: readonly Region[]): HttpResponse => (regions.length === 0 ? none : compact({
  count: regions.length, regions: regions.map((region) => regionBody(world, region)),
}));

/** GET /regions. */
export const regions = (world: World): HttpResponse => list(world, world.regions);

/** GET /regions/count. */
export const regionCount = (world: World): HttpResponse => compact({ count: world.regions.length, regions: null });

/** GET /region/id/{id}: an unknown id gives an empty region, not a 404. */
export function regionById(world: World, id: string): HttpResponse {
  if (!/^\d+$/.test(id)) return pretty(`strconv.ParseUint: parsing "${id}": invalid syntax`, 400);
  const region = world.pd.regions.get(Number(id))?.region;
  return compact(region ? regionBody(world, region) : {
    id: 0, start_key: '', end_key: '', epoch: { conf_ver: 0, version: 0 }, peers: [], leader: { role_name: 'Voter' }, cpu_usage: 0, written_bytes: 0,
    read_bytes: 0, written_keys: 0, read_keys: 0, approximate_size: 0, approximate_keys: 0,
  });
}

/** GET /regions/store/{id}. */
export const regionsOfStore = (world: World, id: string): HttpResponse => list(world, world.index.of(Number(id)).held.items);

/** GET /regions/check/{what}: regions that are not as they should be. */
export function regionsCheck(world: World, what: string): HttpResponse {
  const kind = checked[what];
  return kind === undefined ? plain('404 page not found\n', 404) : list(world, kind(world));
}

/** What `/regions/{order}` sorts by. */
const orders: Readonly<Record<string, (region: Region, view: RegionView | undefined) => number>> = {
  writeflow: (_, view) => view?.writtenBytes ?? 0, readflow: (_, view) => view?.readBytes ?? 0, writequery: () => 0, readquery: (_, view) => view?.readKeys ?? 0,
  confver: ({ confVer }) => confVer, version: ({ version }) => version, size: ({ sizeMib }) => sizeMib, keys: ({ keys }) => keys, cpu: () => 0,
};

/** GET /regions/{writeflow, readflow, size …}: the most of it first. */
export function topRegions(world: World, by: string, limit: number): HttpResponse {
  const flow = (region: Region) => orders[by]?.(region, world.pd.regions.get(region.id)) ?? 0;
  const sorted = [...world.regions].sort((a, b) => flow(b) - flow(a) || a.id - b.id);
  return list(world, sorted.slice(0, limit));
}

/** GET /stats/region: of all regions, or of those between two keys, which are in hex. */
export function regionStats(world: World, { from, to }: { readonly from: string; readonly to: string } = { from: '', to: '' }): HttpResponse {
  const { index, pd } = world;
  if (from !== '' || to !== '') return rangeStats(world, index.byKey.items.filter(({ startKey, endKey }) => (endKey === '' || endKey > from.toUpperCase()) && (to === '' || startKey < to.toUpperCase())));
  const stores = [...pd.stores.keys()].sort((a, b) => a - b).map((id) => {
    const [led, own] = [pd.regions.ledBy(id), index.of(id)];
    return [id, led.views.size, own.held.size, led.mib, led.keys, own.heldMib, own.heldKeys] as const;
  });
  return allStats.of(pd, { regions: index.all.length, empty: index.empty, mib: index.total.mib, keys: index.total.keys, stores });
}

type StoreStats = readonly [id: number, leaders: number, peers: number, leaderMib: number, leaderKeys: number, peerMib: number, peerKeys: number];

const allStats = new Kept(({ regions, empty, mib, keys, stores }: { readonly regions: number; readonly empty: number; readonly mib: number; readonly keys: number; readonly stores: readonly StoreStats[] }): HttpResponse => {
  const byStore = (at: 1 | 2 | 3 | 4 | 5 | 6) => Object.fromEntries(stores.map((store) => [String(store[0]), store[at]]));
  return pretty({
    count: regions, empty_count: empty, storage_size: mib, user_storage_size: 0, storage_keys: keys,
    store_leader_count: byStore(1), store_peer_count: byStore(2), store_leader_size: byStore(3), store_leader_keys: byStore(4), store_peer_size: byStore(5), store_peer_keys: byStore(6),
  });
});

function rangeStats({ pd }: World, some: readonly Region[]): HttpResponse {
  const sum = (of: readonly Region[], amount: (region: Region) => number) => of.reduce((total, region) => total + amount(region), 0);
  const byStore = (holds: (region: Region, id: number) => boolean, amount: (region: Region) => number) => Object.fromEntries(
    [...pd.stores.keys()].sort((a, b) => a - b).flatMap((id) => (some.some((region) => holds(region, id)) ? [[String(id), sum(some.filter((region) => holds(region, id)), amount)]] : [])),
  );
  const [led, held] = [(region: Region, id: number) => pd.regions.get(region.id)?.leader === id, (region: Region, id: number) => peerOn(region, id) !== undefined];
  return pretty({
    count: some.length, empty_count: some.filter(({ sizeMib }) => sizeMib <= 1).length, storage_size: sum(some, ({ sizeMib }) => sizeMib), user_storage_size: 0, storage_keys: sum(some, ({ keys }) => keys),
    store_leader_count: byStore(led, () => 1), store_peer_count: byStore(held, () => 1), store_leader_size: byStore(led, ({ sizeMib }) => sizeMib), store_leader_keys: byStore(led, ({ keys }) => keys),
    store_peer_size: byStore(held, ({ sizeMib }) => sizeMib), store_peer_keys: byStore(held, ({ keys }) => keys),
  });
}
