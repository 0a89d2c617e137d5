import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry, Field } from '../journal.ts';
import type { World } from '../world.ts';
import type { PdServer } from './server.ts';

type Said = readonly [source: string, message: string, fields?: readonly Field[]];

/** A leader that loses its lease waits so long for the end of it to be acknowledged before its background work ends. */
export const revokeMs: Millis = 1_000;

const purpose: Field = ['purpose', 'leader election'];
const entries = (said: readonly Said[]): Entry[] => said.map(([source, message, fields]) => ({ source, message, ...(fields && { fields }) }));

/** A member campaigns: it writes the leader's key under a lease. */
export const campaignedLines = (world: World, server: PdServer): Entry[] => entries([
  ['lease.go:75', 'lease granted', [['lease-timeout', 5], purpose]],
  ['leadership.go:197', 'check campaign resp', [['resp', `{"header":{"member_id":${server.memberId},"raft_term":${server.etcdTerm}},"succeeded":true}`]]],
  ['leadership.go:206', 'write leaderData to leaderPath ok', [['leader-key', `/pd/${world.pd.clusterId}/leader`], purpose]],
  ['server.go:1724', 'campaign PD leader ok', [['campaign-leader-name', server.name]]],
  ['lease.go:167', 'start lease keep alive worker', [['interval', '1.666666666s'], purpose]],
]);

/** It loads what its storage knows and starts everything that only a leader does, before it calls itself ready. */
export const startedLines = (world: World, behindMs: Millis): Entry[] => entries([
  ['server.go:1850', 'server enable region storage'], ['server.go:1741', 'triggering the leader callback functions'], ['manager.go:187', 'resource group manager finishes initialization'],
  ['cluster.go:536', 'initializing the global TSO allocator'], ['tso.go:177', 'start to sync timestamp'],
  ...(behindMs > 0 ? [['tso.go:217', 'system time may be incorrect', [['last-saved', '0001/01/01 00:00:00.000 +00:00'], ['error', '[PD:common:ErrIncorrectSystemTime]incorrect system time']]] as const] : []),
  ['tso.go:237', 'sync and save timestamp'],
  ['cluster.go:810', 'load stores', [['count', world.pd.stores.size]]], ['cluster.go:821', 'load regions', [['count', world.regions.length]]],
  ['txn.go:728', 'rebuilt group-label mapping', [['total-groups', 0], ['total-ranges', 0]]], ['policy.go:158', 'affinity manager availability check loop started', [['interval', '10s']]],
  ['manager.go:132', 'affinity manager initialized', [['group-count', 0]]], ['scheduling_controller.go:103', 'scheduling service is started'],
  ['coordinator.go:233', 'coordinator starts to collect cluster information'],
  ['cluster.go:583', 'memory info', [['total-mem', 16 * 2 ** 30]]], ['tuner.go:117', 'new gctuner', [['threshold', 10_307_921_510]]],
  ['cluster.go:596', 'update gc tuner', [['enable-gc-tuner', false], ['gc-threshold-bytes', 10_307_921_510]]],
  ['memory_limit_tuner.go:50', 'debug.SetMemoryLimit', [['limit', '9223372036854775807'], ['ret', '9223372036854775807']]],
  ['cluster.go:603', 'update gc memory limit', [['memory-limit-bytes', 0], ['memory-limit-gc-trigger-ratio', 0.7]]],
  ['id.go:175', 'idAllocator allocates a new id', [['label', 'idalloc'], ['check-curr-end', true]]],
  ['util.go:50', 'load pd and cluster version', [['pd-version', '8.5.5'], ['cluster-version', world.pd.clusterVersion.current]]],
]);

/** It knows so many regions by a store's word that its schedulers can start, or, where that is undefined, waited for them long enough. */
export const coordinatedLines = (world: World, { schedulers, known }: { readonly schedulers: readonly string[]; readonly known: number | undefined }): Entry[] => entries([
  ...(known === undefined ? [] : [['prepare_checker.go:71', 'not loaded from storage region number is satisfied, finish prepare checker', [['not-from-storage-region', known], ['total-region', world.regions.length]]] as const]),
  ['coordinator.go:236', 'coordinator has finished cluster information preparation'], ['coordinator.go:246', 'coordinator starts to run schedulers'],
  ...schedulers.map((name): Said => ['coordinator.go:309', 'create scheduler with independent configuration', [['scheduler-name', name]]]),
  ...schedulers.flatMap((name): Said[] => [['config.go:103', 'set scheduler disable', [['disabled', false]]], ['coordinator.go:343', 'create scheduler', [['scheduler-name', name], ['scheduler-args', '[]']]]]),
  ['coordinator.go:371', 'scheduler config is updated', [['scheduler-config', JSON.stringify(schedulers.map((name) => ({ type: name.replace(/-scheduler$/, ''), args: null, disable: false, 'args-payload': '' })))]]],
  ['coordinator.go:137', 'coordinator starts patrol regions'], ['coordinator.go:148', 'coordinator begins to check suspect key ranges'], ['coordinator.go:166', 'coordinator begins to actively drive push operator'],
  ['checker_controller.go:207', 'checkers starts patrol regions with new workers count', [['old-workers-count', 0], ['new-workers-count', 1]]],
]);

/** Its scheduler for hot regions learned whether the stores count queries. */
export const hotRegionsLine = (world: World): Entry => ({ source: 'hot_region_config.go:493', message: 'query supported changed', fields: [['last-query-support', false], ['cluster-version', world.pd.clusterVersion.current]] });

/** A leader is asked to make room for a member, or for any. */
export const resignLine = (server: PdServer, to: string): Entry => ({ source: 'member.go:358', message: 'try to resign etcd leader to next pd-server', fields: [['from', server.name], ['to', to]] });

/** Its etcd follows somebody else, and so does it. */
export const resignsLine = (server: PdServer): Entry => ({ source: 'server.go:1802', message: 'etcd leader changed, resigns pd leadership', fields: [['old-pd-leader-name', server.name]] });

/** A leader renews its lease no more, by its own will. */
export const keptNoLongerLines: readonly Entry[] = entries([['lease.go:202', 'stop lease keep alive worker', [purpose]], ['lease.go:156', 'lease keep alive stopped', [purpose]]]);

/** A leader's lease ended because nobody renewed it. */
export const leaseLostLines = (): Entry[] => [
  { source: 'lease.go:150', message: 'keep alive lease too slow', fields: [['timeout-duration', '5s'], purpose] }, { source: 'lease.go:156', message: 'lease keep alive stopped', fields: [purpose] },
  { level: 'WARN', source: 'lease.go:185', message: 'lease keep alive failed', fields: [purpose, ['error', 'context canceled']] }, { source: 'lease.go:202', message: 'stop lease keep alive worker', fields: [purpose] },
  { source: 'server.go:1787', message: 'no longer a leader because lease has expired, pd leader will step down' },
];

/** The end of its lease could not be written down. */
export const unrevokedLines = (): Entry[] => [
  { level: 'WARN', source: 'interceptor.go:197', message: 'request stats', fields: [['time spent', '999.298318ms'], ['response type', '/etcdserverpb.Lease/LeaseRevoke'], ['request count', -1], ['request size', -1]] },
  { level: 'ERROR', source: 'lease.go:97', message: 'revoke lease failed', fields: [purpose, ['error', 'context deadline exceeded']] },
];

/** It leads no more: whatever only a leader does ends; its schedulers too, where they had started. */
export const stoppedLines = (schedulers: readonly string[] | undefined): Entry[] => entries([
  ['cluster.go:556', 'closing the global TSO allocator'], ['tso.go:453', 'reset the timestamp in memory'], ['runner.go:132', 'stopping async task runner', [['name', 'sync-region-async']]],
  ['cluster.go:883', 'update store stats background jobs has been stopped'], ['cluster.go:2488', 'min resolved ts background jobs has been stopped'], ['cluster.go:506', 'service check job is stopped'],
  ['replication_mode.go:387', 'replication mode manager is stopped'], ['cluster.go:842', 'metrics are reset'], ['cluster.go:844', 'metrics collection job has been stopped'], ['cluster.go:633', 'gc tuner is stopped'],
  ['server.go:140', 'region syncer has been stopped'], ['cluster.go:865', 'node state check job has been stopped'], ['policy.go:151', 'affinity manager availability check loop stopped'], ['cluster.go:677', 'sync store config job is stopped'],
  ['labeler.go:70', 'region labeler GC stopped'], ['scheduling_controller.go:139', 'statistics background jobs has been stopped'], ['scheduling_controller.go:160', 'scheduling metrics are reset'],
  ['scheduling_controller.go:162', 'scheduling metrics collection job has been stopped'], ...coordinatorStops(schedulers), ['scheduling_controller.go:87', 'scheduling service is stopped'], ['cluster.go:934', 'raft cluster is stopped'],
]);

const coordinatorStops = (schedulers: readonly string[] | undefined): readonly Said[] => (schedulers === undefined
  ? [['coordinator.go:242', 'coordinator stops running'], ['coordinator.go:220', 'coordinator is stopping'], ['coordinator.go:223', 'coordinator has been stopped']]
  : [
    ['coordinator.go:150', 'check suspect key ranges has been stopped'], ['coordinator.go:172', 'drive push operator has been stopped'],
    ['coordinator.go:190', 'drive slow node scheduler is stopped'], ['coordinator.go:220', 'coordinator is stopping'],
    ...schedulers.map((name): Said => ['scheduler_controller.go:382', 'scheduler has been stopped', [['scheduler-name', name], ['error', 'context canceled']]]),
    ['coordinator.go:139', 'patrol regions has been stopped'], ['coordinator.go:223', 'coordinator has been stopped'],
  ]);

/** A member that follows lost the stream of regions from its leader, which is dead or, where its pings are not answered, paused. */
export const syncLostLines = (paused: boolean): Entry[] => [{
  level: 'WARN', source: 'client.go:170', message: 'region sync with leader meet error',
  fields: [['error', `[PD:grpc:ErrGRPCRecv]receive response error: rpc error: code = Unavailable desc = ${paused ? 'keepalive ping failed to receive ACK within timeout' : 'error reading from server: EOF'}`]],
}];

/** Its leader goes in order and ends the stream. */
export const syncEndedLines: readonly Entry[] = [{ level: 'WARN', source: 'client.go:170', message: 'region sync with leader meet error', fields: [['error', '[PD:grpc:ErrGRPCRecv]receive response error: rpc error: code = Canceled desc = context canceled']] }];

/** Who is to lead does not serve yet. */
export const unstartedLine: Entry = { level: 'WARN', source: 'client.go:170', message: 'region sync with leader meet error', fields: [['error', '[PD:grpc:ErrGRPCRecv]receive response error: rpc error: code = Unavailable desc = server not started']] };

/** A leader finds out that one of those that it sends its regions is gone. */
export const streamDroppedLines = (gone: PdServer): Entry[] => [
  { level: 'WARN', source: 'server.go:372', message: 'region syncer send data meet error', fields: [['error', '[PD:grpc:ErrGRPCSend]send request error: rpc error: code = Unavailable desc = transport is closing']] },
  { source: 'server.go:385', message: 'region syncer delete the stream', fields: [['stream', gone.name]] },
];

/** It asks the leader that it knew for a new one, whose machine refuses. */
export const syncRefusedLines = (server: PdServer, leader: PdServer): Entry[] => [{
  level: 'WARN', source: 'client.go:156', message: 'server failed to establish sync stream with leader',
  fields: [['server', server.name], ['leader', leader.name], ['error', `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp ${leader.name}:2379: connect: connection refused"`]],
}];

/** The old leader's key is gone: a member drops its stream of regions, and campaigns only if etcd's raft chose it. */
export const vacantLines = (server: PdServer, { revision, campaigns }: { readonly revision: number; readonly campaigns: boolean }): Entry[] => entries([
  ['leadership.go:390', 'current leadership is deleted', [['revision', revision], ['leader-key', '/pd/leader'], purpose]],
  ['client.go:159', 'stop synchronizing with leader due to context canceled'], ['server.go:1659', 'pd leader has changed, try to re-campaign a pd leader'],
  ...(campaigns ? [] : [['server.go:1686', 'skip campaigning of pd leader and check later', [['server-name', server.name]]] as const]),
]);

/** A member asks its leader for the regions. */
export const syncStartsLine = (server: PdServer, leader: PdServer): Entry => ({ source: 'client.go:165', message: 'server starts to synchronize with leader', fields: [['server', server.name], ['leader', leader.name]] });

/** A member found the new leader and follows it. */
export const followedLines = (server: PdServer, leader: PdServer): Entry[] => [...entries([
  ['server.go:1850', 'server enable region storage'],
  ['server.go:1655', 'start to watch pd leader', [['pd-leader', `name:"${leader.name}" member_id:${leader.memberId} peer_urls:"${leader.peerUrl}" client_urls:"${leader.clientUrl}"`]]],
  ['client.go:106', 'region syncer start load region'], ['client.go:112', 'region syncer finished load regions', [['time-cost', '991ns']]],
]), syncStartsLine(server, leader), ...entries([['leadership.go:333', 'watch channel is created', [purpose]]])];

/** The leader's side of that. */
export const syncedLines = (server: PdServer, follower: PdServer): Entry[] => entries([
  ['server.go:214', 'establish sync region stream', [['requested-server', follower.name], ['url', follower.clientUrl]]],
  ['server.go:232', 'requested server has already in sync with server', [['requested-server', follower.name], ['server', server.name]]],
]);
