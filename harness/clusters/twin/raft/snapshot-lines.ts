import type { Entry, Field } from '../journal.ts';
import { peerText, regionText } from './change-lines.ts';
import { raftThread } from './log-lines.ts';
import type { Peer, Region } from './region.ts';

const at = (region: Region, peer: Peer): readonly Field[] => [['peer_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];

const rustMs = (spanMs: number): string => (spanMs >= 1000 ? `${spanMs / 1000}s` : `${spanMs}ms`);

/** What a snapshot is called, on both sides. */
export const snapshotKey = ({ id, term, index }: Region): string => `${id}_${term}_${index}`;

/** The receiver meets a replica that it did not have. */
export const replicateLines = (region: Region, peer: Peer, leader: Peer): Entry[] => [
  { source: 'peer.rs:327', message: 'replicate peer', fields: [['create_by_peer_store_id', leader.storeId], ['create_by_peer_id', leader.id], ['store_id', peer.storeId], ...at(region, peer)] },
  { source: 'raft.rs:1162', message: 'became follower at term 0', fields: [['from_role', 'Follower'], ['term', 0], ['raft_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]] },
];

/** The leader finds that a replica needs more than its log still has. */
export const requestLine = (region: Region, leader: Peer, to: Peer): Entry => ({
  source: 'peer_storage.rs:573', message: 'requesting snapshot', fields: [['request_peer', to.id], ['request_index', 0], ...at(region, leader)],
});

/** The leader has read the region and starts to send it. */
export const startLines = (region: Region, sides: { readonly leader: Peer; readonly to: Peer }, size: { readonly bytes: number; readonly scanMs: number }): Entry[] => [
  {
    source: 'snap.rs:1109', message: 'scan snapshot',
    fields: [['takes', rustMs(size.scanMs)], ['size', size.bytes], ['key_count', region.keys], ['snapshot', `/data/tikv/snap/gen_${snapshotKey(region)}_(default|lock|write).sst`], ['region_id', region.id], ['thread_id', 65]],
  },
  { source: 'peer_storage.rs:532', message: 'start sending snapshot', fields: [['request_peer', sides.to.id], ...at(region, sides.leader)] },
];

/** The leader's side is done. */
export const sentLines = (region: Region, sides: { readonly leader: Peer; readonly to: Peer }, sent: { readonly bytes: number; readonly spanMs: number; readonly key: string }): Entry[] => [
  { source: 'snap.rs:607', message: 'sent snapshot', fields: [['duration', rustMs(sent.spanMs)], ['size', sent.bytes], ['snap_key', sent.key], ['region_id', region.id], ['thread_id', 126]] },
  { source: 'peer.rs:2171', message: 'report snapshot status', fields: [['status', 'Finish'], ['to', peerText(sides.to)], ...at(region, sides.leader)] },
];

/** The leader could not get it across. */
export const failedLine = (region: Region, address: string): Entry => ({
  level: 'WARN', source: 'snap.rs:618', message: 'failed to send snap',
  fields: [['err', 'Grpc(RpcFinished(Some(RpcStatus { code: 14-UNAVAILABLE, message: "failed to connect to all addresses", details: [] })))'], ['region_id', region.id], ['to_addr', address], ['thread_id', 126]],
});

/** The receiver has all files and begins to take them in. */
export const savedLines = (region: Region, peer: Peer, key: string): Entry[] => [
  { source: 'snap.rs:361', message: 'saving all snapshot files', fields: [['takes', '8.719471ms'], ['snap_key', key], ['thread_id', 118]] },
  {
    source: 'raft.rs:2699', message: 'restored snapshot',
    fields: [['snapshot_term', region.term], ['snapshot_index', region.index], ['last_term', region.term], ['last_index', region.index], ['commit', region.index], ['raft_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
  },
  { source: 'peer_storage.rs:664', message: 'begin to apply snapshot', fields: at(region, peer) },
  { source: 'peer.rs:5441', message: 'snapshot is persisted', fields: [['destroy_regions', '[]'], ['region', regionText(region)], ...at(region, peer)] },
  { source: 'region.rs:311', message: 'begin apply snap data', fields: [['peer_id', peer.id], ['region_id', region.id], ['thread_id', 75]] },
];

/** The receiver serves the data now. */
export const appliedLine = (region: Region, spanMs: number): Entry => ({
  source: 'region.rs:366', message: 'apply new data', fields: [['time_takes', rustMs(spanMs)], ['region_id', region.id], ['thread_id', 75]],
});
