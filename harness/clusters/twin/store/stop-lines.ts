import type { Entry, Field } from '../journal.ts';

const main: Field = ['thread_id', 1];
const said = (source: string, message: string, fields: readonly Field[] = []): Entry => ({ source, message, fields: [...fields, main] });

/** Who called a store that stops is told that nobody listens any more: its clients, and as many stores as send it raft messages. */
export const goneLines = (callers: number): Entry[] => [
  said('raft_server.rs:513', 'stop raft store thread'),
  ...Array.from({ length: callers }, () => clientGoneLine),
  ...Array.from({ length: callers }, () => streamGoneLine),
];

/** A client's stream ended before its answers were sent. */
export const clientGoneLine: Entry = { source: 'kv.rs:1076', message: 'kv rpc failed', fields: [['err', 'RemoteStopped'], ['request', 'batch_commands'], ['thread_id', 8]] };

/** Another store's stream of raft messages ended. */
export const streamGoneLine: Entry = { level: 'WARN', source: 'kv.rs:847', message: 'KvService::batch_raft send response fail', fields: [['err', 'RemoteStopped'], ['thread_id', 7]] };

/** Probes of the network to other stores end, or whatever there was of them before the first. */
export const probeLines = (stores: readonly number[]): Entry[] => [
  said('raft_client.rs:1657', 'Shutting down HealthChecker, sending shutdown signals to all running inspection tasks'),
  ...stores.map((id) => said('raft_client.rs:1664', 'Sending shutdown signal to inspection task for store', [['store_id', id]])),
  said('raft_client.rs:1670', 'HealthChecker shutdown complete, all inspection tasks signaled to stop'),
];

/** The last lines of a graceful end, part by part. */
export const shutdownLines = ({ id }: { readonly id: number }, others: readonly number[]): Entry[] => [
  said('batch.rs:623', 'shutdown batch system apply'),
  said('router.rs:267', 'broadcasting shutdown'),
  said('batch.rs:636', 'batch system apply is stopped.'),
  said('batch.rs:623', `shutdown batch system raftstore-${id}`),
  said('router.rs:267', 'broadcasting shutdown'),
  ...probeLines(others),
  said('batch.rs:636', `batch system raftstore-${id} is stopped.`),
  said('write.rs:1165', 'stopping store writer 0'),
  ...['waiter-manager', 'deadlock-detector'].map((worker) => said('future.rs:191', 'stoping worker', [['worker', worker]])),
  said('checkpoint_manager.rs:67', 'subscription manager exit.'),
  said('mod.rs:266', 'Storage stopped.'),
  ...['SnapGc', 'PdStoreHeartbeat'].map((tick) => said('store.rs:690', 'failed to schedule store tick, are we shutting down?', [['err', '"SendError(..)"'], ['tick', tick]])),
];
