import type { Entry } from '../journal.ts';
import { partLines } from './start-lines.ts';

/** What a store says about itself. */
export interface StoreIdentity {
  readonly id: number;
  readonly address: string;
  readonly statusAddress: string;
  readonly startTimestampSeconds: number;
  readonly version: string;
}

const main = ['thread_id', 1] as const;

/** A store's record, as TiKV and PD print it. */
export const storeRecord = (store: StoreIdentity, colon: ':' | ': '): string =>
  [
    `id${colon}${store.id}`, `address${colon}"${store.address}"`, `version${colon}"${store.version}"`, `peer_address${colon}"${store.address}"`,
    `status_address${colon}"${store.statusAddress}"`, `git_hash${colon}"Unknown git hash"`, `start_timestamp${colon}${store.startTimestampSeconds}`,
    `deploy_path${colon}"/deploy/bin"`,
  ].join(' ');

/** The last lines of a start. */
export const readyLines = (store: StoreIdentity, regionCount: number): Entry[] => [
  ...partLines(),
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
