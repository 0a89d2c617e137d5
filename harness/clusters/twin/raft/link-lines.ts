import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import type { Store } from '../store/store.ts';
import { rustDuration } from './rust-format.ts';

type To = Pick<Store, 'id' | 'address'>;

const client = ({ id, address }: To) => [['addr', address], ['store_id', id], ['thread_id', 51]] as const;

/** A connection ended, and with it the hope that its store is there. */
export function abortLines(from: Pick<Store, 'id'>, to: To, text: string): Entry[] {
  const status = `RpcStatus { code: 14-UNAVAILABLE, message: "${text}", details: [] }`;
  return [
    {
      level: 'WARN', source: 'raft_client.rs:598', message: 'connection aborted',
      fields: [['addr', to.address], ['receiver_err', `Some(RpcFailure(${status}))`], ['sink_error', `Some(RpcFinished(Some(${status})))`], ['store_id', to.id], ['thread_id', 8]],
    },
    { level: 'WARN', source: 'raft_client.rs:963', message: 'connection abort', fields: [...client(to)] },
    { source: 'store.rs:3306', message: 'broadcasting unreachable', fields: [['unreachable_store_id', to.id], ['store_id', from.id], ['thread_id', 82]] },
  ];
}

/** A dialled store did not answer in time. */
export const dialFailedLine = (to: To): Entry => ({ level: 'WARN', source: 'raft_client.rs:908', message: 'wait connect timeout', fields: [...client(to)] });

/** PD said where a store is. */
export const resolvedLine = (to: To): Entry => ({ source: 'raft_client.rs:854', message: 'resolve store address ok', fields: [...client(to)] });

/** PD did not say it. */
export const unresolvedLine = ({ id }: To): Entry => ({
  level: 'ERROR', source: 'raft_client.rs:890', message: 'resolve store address failed',
  fields: [['err_code', 'KV:Unknown'], ['err', 'Other("[src/server/resolve.rs:127]: RpcFailure: 14-UNAVAILABLE failed to connect to all addresses")'], ['store_id', id], ['thread_id', 60]],
});

/** A channel to that address is opened; it is dialled as long as it lives. */
export const channelLine = ({ id, address }: To): Entry => ({ source: 'raft_client.rs:717', message: 'server: new connection with tikv endpoint', fields: [['store_id', id], ['addr', address], ['thread_id', 51]] });

/** Messages travel again. */
export const establishedLine = (to: To, { tries, messages, costMs }: { readonly tries: number; readonly messages: number; readonly costMs: Millis }): Entry => ({
  source: 'raft_client.rs:921', message: 'connection established', fields: [['try_count', tries], ['msg_count', messages], ['cost', rustDuration(costMs)], ...client(to)],
});
