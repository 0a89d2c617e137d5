import type { Entry } from '../journal.ts';

/** What a store says about itself. */
export interface StoreIdentity {
  readonly id: number;
  readonly address: string;
  readonly statusAddress: string;
  readonly startTimestampSeconds: number;
  readonly version: string;
}

const main = ['thread_id', 1] as const;

/** The first lines of a start. */
export const bootLines = ({ version }: Pick<StoreIdentity, 'version'>): Entry[] => [
  { source: 'lib.rs:86', message: 'Welcome to TiKV', fields: [main] },
  { source: 'lib.rs:91', message: `Release Version:   ${version}`, fields: [main] },
  { source: 'lib.rs:91', message: 'Edition:           Community', fields: [main] },
];

/** The lines with which a starting store finds PD. */
export const connectLines = (endpoint: string, clusterId: string): Entry[] => [
  { source: 'util.rs:639', message: 'connecting to PD endpoint', fields: [['endpoints', endpoint], main] },
  { source: 'util.rs:809', message: 'connected to PD member', fields: [['endpoints', endpoint], main] },
  { source: 'common.rs:326', message: 'connect to PD cluster', fields: [['cluster_id', clusterId], main] },
];

/** A store's record, as TiKV and PD print it. */
export const storeRecord = (store: StoreIdentity, colon: ':' | ': '): string =>
  [
    `id${colon}${store.id}`, `address${colon}"${store.address}"`, `version${colon}"${store.version}"`, `peer_address${colon}"${store.address}"`,
    `status_address${colon}"${store.statusAddress}"`, `git_hash${colon}"Unknown git hash"`, `start_timestamp${colon}${store.startTimestampSeconds}`,
    `deploy_path${colon}"/deploy/bin"`,
  ].join(' ');

/** The last lines of a start. */
export const readyLines = (store: StoreIdentity, regionCount: number): Entry[] => [
  { source: 'raft_server.rs:197', message: 'put store to PD', fields: [['store', storeRecord(store, ': ')], main] },
  {
    source: 'store.rs:1414', message: 'start store',
    fields: [
      ['takes', '13.24175ms'], ['merge_count', 0], ['applying_count', 0], ['tombstone_count', 0], ['region_count', regionCount],
      ['store_id', store.id], main,
    ],
  },
  { source: 'server.rs:340', message: 'listening on addr', fields: [['addr', '0.0.0.0:20160'], main] },
  { source: 'server.rs:420', message: 'TiKV is ready to serve', fields: [main] },
];

/** The last lines of a graceful end. */
export const shutdownLines = (store: StoreIdentity): Entry[] => [
  { source: 'raft_server.rs:513', message: 'stop raft store thread', fields: [['store_id', store.id], main] },
  { source: 'batch.rs:636', message: 'batch system apply is stopped.', fields: [main] },
  { source: 'batch.rs:636', message: `batch system raftstore-${store.id} is stopped.`, fields: [main] },
  { source: 'mod.rs:266', message: 'Storage stopped.', fields: [main] },
];
