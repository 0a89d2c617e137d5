import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import type { PdServer } from '../pd/server.ts';
import type { Store } from './store.ts';

/** Measured in recordings/tikv-pd-leader-kill and tikv-pd-quorum-loss: streams end 12 ms after the process, and are tried again each second. */
const noticeMs: Millis = 12;
const againMs: Millis = 1_000;
/** The first heartbeat of a region that cannot be sent, and the first search for a leader that is given up. */
const unsentMs = { least: 3_000, most: 8_500 } as const;
const givenUpMs = { least: 10_500, most: 11_600 } as const;

const refused = 'Grpc(RpcFailure(RpcStatus { code: 14-UNAVAILABLE, message: "failed to connect to all addresses", details: [] }))';
const closed = 'Grpc(RpcFailure(RpcStatus { code: 14-UNAVAILABLE, message: "Socket closed", details: [] }))';

/** The leader of PD that a store talked to is dead: what its clients of PD say until they have found the next. */
export function lostPd(store: Store, gone: PdServer, { random, lasts }: { readonly random: Random; readonly lasts: () => boolean }): void {
  const after = (spanMs: Millis, entries: readonly Entry[]) => store.process.after(spanMs, () => lasts() && store.logAll(entries));
  after(noticeMs, lostLines(gone));
  after(random.between(unsentMs.least, unsentMs.most), [{ level: 'WARN', source: 'client.rs:655', message: 'failed to send heartbeat', fields: [['err', closed]] }]);
  after(random.between(givenUpMs.least, givenUpMs.most), [{ level: 'WARN', source: 'client.rs:154', message: 'failed to update PD client', fields: [['error', `Other("[components/pd_client/src/util.rs:793]: failed to connect to [name: \\"${gone.name}\\"")`]] }]);
  const again = () => {
    if (!lasts()) return;
    store.logAll(againLines(gone));
    store.process.after(againMs, again);
  };
  store.process.after(noticeMs + againMs, again);
}

/** It found a leader: streams to the old one are replaced. */
export const foundPdLines = (leader: PdServer): Entry[] => [
  { source: 'util.rs:809', message: 'connected to PD member', fields: [['endpoints', leader.clientUrl]] },
  ...['heartbeat', 'buckets', 'acquire_token_buckets'].map((what, at): Entry => ({ source: `util.rs:${[248, 261, 280][at]}`, message: `${what} sender and receiver are stale, refreshing ...` })),
  { source: 'util.rs:435', message: 'trying to update PD client done', fields: [['spend', '13.779478ms']] },
];

/** The leader's side of that: the store watches again what PD keeps for others. */
export const watchedLines: readonly Entry[] = ['resource_group/settings', '/tidb/br-stream/pause/', '/tidb/br-stream/info/'].map((key) => ({ source: 'grpc_service.go:100', message: 'watch request', fields: [['key', key]] }));

const lostLines = (gone: PdServer): Entry[] => [
  { source: 'tso.rs:162', message: 'TSO worker terminated', fields: [['receiver_cause', 'None'], ['sender_cause', `Some(${closed})`]] },
  { source: 'client.rs:152', message: 'TSO stream is closed, reconnect to PD' },
  { source: 'util.rs:639', message: 'connecting to PD endpoint', fields: [['endpoints', gone.clientUrl]] },
  { level: 'ERROR', source: 'service.rs:95', message: 'failed to watch resource groups', fields: [['err', closed]] },
  ...['pause', 'task'].map((what, at): Entry => ({ source: `endpoint.rs:${[470, 419][at]}`, message: `backup stream watch ${what} from etcd`, fields: [['event', `Error { err: Pd(${closed}) }`]] })),
  { level: 'WARN', source: 'util.rs:497', message: 'request failed, retry', fields: [['err', refused]] },
];

const againLines = (gone: PdServer): Entry[] => [
  { source: 'service.rs:68', message: 'pd meta client creating watch stream.', fields: [['rev', 17], ['path', 'resource_group/settings']] },
  { level: 'ERROR', source: 'service.rs:95', message: 'failed to watch resource groups', fields: [['err', refused]] },
  { source: 'util.rs:639', message: 'connecting to PD endpoint', fields: [['endpoints', gone.clientUrl]] },
  { level: 'ERROR', source: 'util.rs:820', message: 'failed to connect to PD member', fields: [['error', refused], ['endpoints', gone.clientUrl]] },
  { level: 'WARN', source: 'util.rs:497', message: 'request failed, retry', fields: [['err', refused]] },
];
