import type { Entry, Field } from '../journal.ts';
import type { PdServer } from '../pd/server.ts';

/** What gRPC says of a request to PD that failed. */
export const failures = {
  refused: '14-UNAVAILABLE, message: "failed to connect to all addresses"',
  closed: '14-UNAVAILABLE, message: "Socket closed"',
  timedOut: '14-UNAVAILABLE, message: "Connection timed out"',
  late: '4-DEADLINE_EXCEEDED, message: "Deadline Exceeded"',
  notLeader: '14-UNAVAILABLE, message: "not leader"',
} as const;

/** How a request failed. */
export type Failure = keyof typeof failures;

/** What of PD a store's log backup watches. */
export type Watched = 'task' | 'pause';

const status = (failure: Failure): string => `RpcStatus { code: ${failures[failure]}, details: [] }`;
const failed = (failure: Failure): string => `Grpc(RpcFailure(${status(failure)}))`;
const err = (failure: Failure): Field => ['err', failed(failure)];
const warned = (source: string, message: string, fields: readonly Field[] = []): Entry => ({ level: 'WARN', source, message, fields });

/** A client asks a member who leads. */
export const connectingLine = ({ clientUrl }: PdServer): Entry => ({ source: 'util.rs:639', message: 'connecting to PD endpoint', fields: [['endpoints', clientUrl]] });
/** A request failed and is made again. */
export const requestRetriedLine = (failure: Failure): Entry => warned('util.rs:497', 'request failed, retry', [err(failure)]);
/** A region heartbeat could not be sent. */
export const heartbeatUnsentLine = (failure: Failure): Entry => warned('client.rs:655', 'failed to send heartbeat', [['err', `Grpc(RpcFinished(Some(${status(failure)})))`]]);
/** The watch of the resource groups ended. */
export const resourceGroupsLine = (failure: Failure): Entry => ({ level: 'ERROR', source: 'service.rs:95', message: 'failed to watch resource groups', fields: [err(failure)] });
/** PD was not told how far the store has come. */
export const minResolvedTsLine = (failure: Failure): Entry => warned('pd.rs:2301', 'report min resolved_ts failed', [err(failure), ['thread_id', 36]]);
/** PD gave no timestamp to check others by. */
export const maxTsUncheckedLine: Entry = warned('server.rs:1233', 'failed to get tso from pd in background, the max_ts validity check could be skipped', [['thread_id', 13]]);
/** The garbage collector knows no safe point. */
export const safePointLine: Entry = {
  level: 'ERROR', source: 'gc_manager.rs:373', message: 'failed to get safe point from pd',
  fields: [['err_code', 'KV:Storage:Unknown'], ['err', `Error(Other("[src/server/gc_worker/gc_worker.rs:82]: failed to get safe point from PD: ${failed('refused').replaceAll('"', '\\"')}"))`], ['thread_id', 97]],
};
/** The stream of region heartbeats to the former leader is dropped. */
export const heartbeatSenderLine: Entry = { source: 'client.rs:652', message: 'cancel region heartbeat sender', fields: [['thread_id', 8]] };

/** The search for a leader of PD is given up for now. */
export const notUpdatedLine = (members: readonly PdServer[]): Entry => warned('client.rs:154', 'failed to update PD client', [
  ['error', `Other("[components/pd_client/src/util.rs:793]: failed to connect to [${members.map((each) => `name: \\"${each.name}\\" member_id: ${each.memberId} peer_urls: \\"${each.peerUrl}\\" client_urls: \\"${each.clientUrl}\\"`).join(', ')}]")`],
]);

/** A client's streams to PD's leader end. */
export const streamsLostLines = (to: PdServer, failure: Failure): Entry[] => [
  { source: 'tso.rs:162', message: 'TSO worker terminated', fields: [['receiver_cause', 'None'], ['sender_cause', `Some(Grpc(RpcFinished(Some(${status(failure)}))))`]] },
  { source: 'client.rs:152', message: 'TSO stream is closed, reconnect to PD' },
  connectingLine(to),
  resourceGroupsLine(failure),
  watchLostLine('pause', failure),
  watchLostLine('task', failure),
];

/** A member that refuses; one that is not the leader's is told of in other words. */
export const memberRefusesLine = ({ clientUrl }: PdServer): Entry => ({ level: 'ERROR', source: 'util.rs:820', message: 'failed to connect to PD member', fields: [['error', failed('refused')], ['endpoints', clientUrl]] });
/** Another member did not answer, or refused. */
export const connectFailedLine = ({ clientUrl }: PdServer, failure: Failure): Entry => warned('util.rs:721', 'connect failed', [['error', failed(failure)], ['endpoints', clientUrl]]);

/** A client looked for a leader too lately to do it again. */
export const notAgainLines = (failure: Failure): Entry[] => [
  warned('util.rs:553', 'request failed', [err(failure)]),
  warned('util.rs:562', 'reconnect failed', [['err', 'Other("[components/pd_client/src/util.rs:377]: cancel reconnection due to too small interval")']]),
];

/** A leader that does not answer is asked once more, in vain, and whatever was wanted is tried again. */
export const searchLines = (hung: PdServer): Entry[] => [connectingLine(hung), connectFailedLine(hung, 'late'), ...notAgainLines('late'), requestRetriedLine('late')];

/** The resource groups are watched anew. */
export const resourceStreamLine: Entry = { source: 'service.rs:68', message: 'pd meta client creating watch stream.', fields: [['rev', 17], ['path', 'resource_group/settings']] };

/** It found a leader: streams to the old one are replaced. */
export const foundPdLines = (leader: PdServer): Entry[] => [
  { source: 'util.rs:809', message: 'connected to PD member', fields: [['endpoints', leader.clientUrl]] },
  ...['heartbeat', 'buckets', 'acquire_token_buckets'].map((what, at): Entry => ({ source: `util.rs:${[248, 261, 280][at]}`, message: `${what} sender and receiver are stale, refreshing ...` })),
  { source: 'util.rs:435', message: 'trying to update PD client done', fields: [['spend', '13.779478ms']] },
  { source: 'util.rs:306', message: 'update pd client', fields: [['via', ''], ['leader', leader.clientUrl], ['prev_via', ''], ['prev_leader', ''], ['thread_id', 27]] },
];

const paths = { task: { lost: 419, begun: 415, key: 'info', says: 'task changes' }, pause: { lost: 470, begun: 466, key: 'pause', says: 'pausing events' } } as const;
const backup: Field = ['thread_id', 62];

/** A watch of the log backup ended. */
export const watchLostLine = (what: Watched, failure: Failure): Entry => ({ source: `endpoint.rs:${paths[what].lost}`, message: `backup stream watch ${what} from etcd`, fields: [['event', `Error { err: Pd(${failed(failure)}) }`], backup] });
/** It could not be made again. */
export const watchFailedLine = (failure: Failure): Entry => warned('errors.rs:162', 'backup stream meet error', [
  ['position', 'Location { file: "components/backup-stream/src/endpoint.rs", line: 485, column: 33 }'], ['verbose_err', `Pd(${failed(failure)})`], ['context', 'metadata client watch meet error'], backup,
]);
/** It is tried once more, or again in order. */
export const watchBegunLines = (what: Watched): Entry[] => [
  { source: 'pd.rs:145', message: 'pd meta client creating watch stream.', fields: [['rev', 18], ['keys', `Prefix(K(/tidb/br-stream/${paths[what].key}/))`], backup] },
  { source: `endpoint.rs:${paths[what].begun}`, message: `start watching the ${paths[what].says}.`, fields: [['from_rev', 17], backup] },
];
/** PD answers again, so what was missed is read as a whole. */
export const snapshotLines = (revision: number): Entry[] => [
  { source: 'pd.rs:136', message: 'pd meta client getting snapshot.', fields: [['rev', revision], backup] },
  { source: 'endpoint.rs:424', message: 'update the revision', fields: [['revision', revision], backup] },
];

/** The leader's side of that: the store watches again what PD keeps for others. */
export const watchedLines: readonly Entry[] = ['resource_group/settings', '/tidb/br-stream/pause/', '/tidb/br-stream/info/'].map((key) => ({ source: 'grpc_service.go:100', message: 'watch request', fields: [['key', key]] }));
