import type { Json } from '../../../../../src/kernel/json.ts';
import type { HttpResponse } from '../../../../../src/ports/http.ts';
import { type Peer, peerOn, type Region } from '../../raft/region.ts';
import type { World } from '../../world.ts';
import { type Operator, type OperatorSpec, timeoutMs } from '../operator.ts';
import { scatter } from '../scatter.ts';
import { addSteps, moveSteps, removeSteps } from '../steps.ts';
import { pretty } from './reply.ts';

/** GET /operators, all or of one kind, as texts or as objects. */
export function operators(world: World, { kind, object }: { readonly kind?: string | undefined; readonly object?: string | undefined }): HttpResponse {
  const wanted = world.pd.operators.running.filter((operator) => kind === undefined || operator.kind.split(',').includes(kind));
  return pretty(object === 'true' ? wanted.map(objectOf) : wanted.map((operator) => world.pd.operators.describe(operator)));
}

const objectOf = (operator: Operator) => ({
  desc: operator.scheduler, brief: operator.brief, region_id: operator.region.id, region_epoch: { conf_ver: operator.epoch.confVer, version: operator.epoch.version },
  kind: operator.kind, timeout: timeoutMs(operator) * 1_000_000, status: 'Started',
});

/** GET /operators/{region}. */
export function operatorOf(world: World, regionId: string): HttpResponse {
  const operator = world.pd.operators.running.find(({ region }) => region.id === Number(regionId));
  return operator ? pretty(`status: RUNNING, operator: ${world.pd.operators.describe(operator)}`) : pretty('[PD:operator:ErrOperatorNotFound]operator not found', 500);
}

/** GET /operators/records. */
export const operatorRecords = (world: World): HttpResponse => pretty(world.pd.operators.records.map(({ operator, outcome }) => world.pd.operators.describe(operator, outcome)));

/** DELETE /operators/{region}: an administrator takes an order back. */
export function deleteOperator(world: World, regionId: string): HttpResponse {
  const operator = world.pd.operators.running.find(({ region }) => region.id === Number(regionId));
  if (!operator) return pretty('[PD:operator:ErrOperatorNotFound]operator not found', 500);
  world.pd.operators.cancel(operator.region, 'admin stop');
  return pretty('The pending operator is canceled.');
}

/** DELETE /operators. */
export function deleteOperators(world: World): HttpResponse {
  for (const { region } of world.pd.operators.running) world.pd.operators.cancel(region, 'admin stop');
  return pretty('All pending operators are canceled.');
}

/** What an administrator asks for, with as much of it as was said. */
interface Asked {
  readonly name?: string;
  readonly region_id?: number;
  readonly store_id?: number;
  readonly to_store_id?: number;
  readonly from_store_id?: number;
  readonly source_region_id?: number;
  readonly target_region_id?: number;
}

const created = 'The operator is created.';
const refused = '[PD:schedule:ErrAddOperator]failed to add operator, maybe already have one';

/** POST /operators. */
export function createOperator(world: World, body: Json): HttpResponse {
  const asked = (body ?? {}) as Asked;
  if (asked.name === undefined) return pretty('missing operator name', 400);
  if (asked.name === 'merge-region') return mergeRegions(world, asked);
  const make = makers[asked.name];
  if (!make) return pretty('unknown operator', 400);
  if (asked.region_id === undefined) return pretty('missing region id', 400);
  const region = regionOf(world, asked.region_id);
  if (!region) return pretty(`region ${asked.region_id} not found`, 404);
  const spec = make(world, region, asked);
  if ('status' in spec) return spec;
  return world.pd.operators.start({ ...spec, region }) ? pretty(created) : pretty(refused, 500);
}

type Maker = (world: World, region: Region, asked: Asked) => Omit<OperatorSpec, 'region'> | HttpResponse;

const makers: Readonly<Record<string, Maker>> = {
  'transfer-leader': (world, region, { to_store_id: to }) => {
    if (to === undefined) return pretty('missing store id to transfer leader to', 400);
    if (peerOn(region, to)?.role !== undefined || !peerOn(region, to)) return pretty(`region has no voter in store ${to}`, 500);
    const from = world.pd.regions.get(region.id)?.leader ?? 0;
    return { scheduler: 'admin-transfer-leader', kind: 'admin,leader', brief: `transfer leader: store ${from} to ${to}`, steps: [{ kind: 'transfer-leader', from, to }] };
  },
  'transfer-peer': (world, region, { from_store_id: from, to_store_id: to }) => {
    if (from === undefined) return pretty('missing store id to transfer peer from', 400);
    if (to === undefined) return pretty('missing store id to transfer peer to', 400);
    const peer = peerOn(region, from);
    if (!peer) return pretty(`region has no peer in store ${from}`, 500);
    if (!world.pd.stores.has(to) || peerOn(region, to)) return pretty(`region already has peer in store ${to}`, 500);
    const leads = world.pd.regions.get(region.id)?.leader === from;
    return { scheduler: 'admin-move-peer', kind: leads ? 'admin,region,leader' : 'admin,region', brief: `mv peer: store [${from}] to [${to}]`, steps: moveSteps(peer, world.pd.newPeer(to), leads ? to : undefined) };
  },
  'add-peer': (world, region, { store_id: store }) => {
    if (store === undefined) return pretty('missing store id', 400);
    if (!world.pd.stores.has(store) || peerOn(region, store)) return pretty(`region already has peer in store ${store}`, 500);
    return { scheduler: 'admin-add-peer', kind: 'admin,region', brief: `add peer: store [${store}]`, steps: addSteps(world.pd.newPeer(store)) };
  },
  'remove-peer': (world, region, { store_id: store }) => {
    if (store === undefined) return pretty('missing store id', 400);
    const peer: Peer | undefined = peerOn(region, store);
    if (!peer) return pretty(`region has no peer in store ${store}`, 500);
    const leads = world.pd.regions.get(region.id)?.leader === store;
    const heir = region.peers.find((each) => each !== peer && each.role === undefined)?.storeId;
    return { scheduler: 'admin-remove-peer', kind: leads ? 'admin,region,leader' : 'admin,region', brief: `rm peer: store [${store}]`, steps: removeSteps(peer, leads ? heir : undefined) };
  },
};

function mergeRegions(world: World, { source_region_id: from, target_region_id: into }: Asked): HttpResponse {
  if (from === undefined) return pretty('invalid source region id to merge', 400);
  if (into === undefined) return pretty('invalid target region id to merge to', 400);
  const [source, target] = [regionOf(world, from), regionOf(world, into)];
  if (!source || !target) return pretty(`region ${source ? into : from} not found`, 404);
  const { before, after } = world.index.byKey.neighbours(source);
  if (target !== before && target !== after) return pretty('two regions are not adjacent', 500);
  return world.pd.mergeChecker.order(source, target, 'admin-') ? pretty(created) : pretty(refused, 500);
}

/** POST /regions/scatter: regions by their ids or between two keys in hex, spread over the stores. */
export function scatterRegions(world: World, body: Json): HttpResponse {
  const { regions_id: ids, start_key: from, end_key: to } = (body ?? {}) as { readonly regions_id?: readonly number[]; readonly start_key?: string; readonly end_key?: string };
  if (ids === undefined && from === undefined) return pretty('please specify either regions_id or start_key and end_key', 400);
  const inRange = (region: Region) => (region.endKey === '' || region.endKey > (from ?? '').toUpperCase()) && ((to ?? '') === '' || region.startKey < (to as string).toUpperCase());
  const regions = ids ? ids.flatMap((id) => regionOf(world, id) ?? []) : world.index.byKey.items.filter(inRange);
  const failed = scatter(world, regions).failed + (ids ? ids.length - regions.length : 0);
  const asked = Math.max(1, ids?.length ?? regions.length);
  return pretty({ 'processed-percentage': 100 - Math.floor((100 * failed) / asked) });
}

const regionOf = (world: World, id: number): Region | undefined => world.pd.regions.get(id)?.region;
