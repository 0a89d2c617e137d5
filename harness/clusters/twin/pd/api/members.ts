import type { HttpResponse } from '../../../../../src/ports/http.ts';
import type { World } from '../../world.ts';
import type { PdServer } from '../server.ts';
import { Kept } from './kept.ts';
import { big, goTimestamp, pretty, withBigNumbers } from './reply.ts';

const gitHash = '9c9a8c8a25684b3516e11bc92922df99302c9c46';
const version = 'v8.5.5';

const member = (server: PdServer) => ({
  name: server.name, member_id: big(server.memberId), peer_urls: [server.peerUrl], client_urls: [server.clientUrl], deploy_path: '/deploy/bin', binary_version: version, git_hash: gitHash,
});

interface Members {
  readonly clusterId: string;
  readonly servers: readonly PdServer[];
  readonly serving: PdServer | undefined;
  readonly etcdLeader: PdServer | undefined;
}

const memberLists = new Kept(({ clusterId, servers, serving, etcdLeader }: Members): HttpResponse => withBigNumbers(pretty({
  header: { cluster_id: big(clusterId) }, members: servers.map(member),
  ...(serving && { leader: member(serving) }), ...(etcdLeader && { etcd_leader: member(etcdLeader) }),
})));

/** GET /members. */
export function members({ pd: { clusterId, members: { servers, serving, etcdLeader } } }: World): HttpResponse {
  return memberLists.of(servers, { clusterId, servers, serving, etcdLeader });
}

/** GET /leader. */
export function leader(world: World): HttpResponse {
  const { serving } = world.pd.members;
  return withBigNumbers(pretty(serving ? {
    name: serving.name, member_id: big(serving.memberId), peer_urls: [serving.peerUrl], client_urls: [serving.clientUrl],
  } : null));
}

/** POST /leader/resign: the leader makes room for any other member. */
export const resignLeader = (world: World): HttpResponse => submitted('resign', world.pd.members.resignation.ask());

/** POST /leader/transfer/{name}: it makes room for this one. */
export const transferLeader = (world: World, name: string): HttpResponse => submitted('transfer', world.pd.members.resignation.ask(name));

const submitted = (what: string, refusal: string | undefined): HttpResponse => (refusal === undefined ? pretty(`The ${what} command is submitted.`) : pretty(refusal, 500));

const healths = new Kept((rows: readonly (readonly [server: PdServer, healthy: boolean])[]): HttpResponse => withBigNumbers(pretty(rows.map(([server, healthy]) => ({
  name: server.name, member_id: big(server.memberId), client_urls: [server.clientUrl], health: healthy,
})))));

/** GET /health: whether each member answers a ping. */
export const health = ({ pd: { members: { servers } } }: World): HttpResponse => healths.of(servers, servers.map((server) => [server, server.ready && server.process.state === 'running']));

/** GET /status. */
export const status = (server: PdServer): HttpResponse => pretty({
  build_ts: '2025-12-23 07:43:40', version, git_hash: gitHash, start_timestamp: Math.floor(server.process.startedMs / 1000),
});

/** GET /version. */
export const versionInfo = (): HttpResponse => pretty({ version, build_time: '', hash: '', branch: '' });

/** GET /cluster. */
export const cluster = (world: World): HttpResponse => withBigNumbers(pretty({ id: big(world.pd.clusterId), max_peer_count: world.pd.config.replicas }));

/** GET /cluster/status. */
export const clusterStatus = (world: World): HttpResponse => pretty({
  raft_bootstrap_time: goTimestamp(world.pd.bootstrapMs), is_initialized: true, replication_status: '',
});

/** GET /min-resolved-ts, of the cluster, of one store, or with `scope` of those that it names: what they told PD last. */
export function minResolvedTs(world: World, storeId: string, scope: string | undefined): HttpResponse {
  const ts = (of: readonly number[]): string => big(BigInt(world.resolved.reported(of)) << 18n);
  const known = [...world.pd.stores.keys()];
  const ids = scope === undefined ? [] : known.filter((id) => scope === 'cluster' || scope.split(',').includes(String(id))).sort((a, b) => a - b);
  if (storeId !== '' && !world.pd.stores.has(Number(storeId))) return pretty(`[PD:core:ErrStoreNotFound]store ${storeId} not found`, 404);
  return withBigNumbers(pretty({ is_real_time: true, min_resolved_ts: ts(storeId === '' ? known : [Number(storeId)]), persist_interval: '1s', stores_min_resolved_ts: ids.length === 0 ? null : Object.fromEntries(ids.map((id) => [String(id), ts([id])])) }));
}
