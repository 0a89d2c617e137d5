import type { Entry, Field } from '../journal.ts';
import { regionText } from './change-lines.ts';
import { raftThread } from './log-lines.ts';
import type { Peer, Region, RegionShape } from './region.ts';

const at = (region: Pick<Region, 'id'>, peer: Peer): readonly Field[] => [['peer_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];

/** Why a leader splits its region. */
export type SplitReason = { readonly task: 'batch_split'; readonly sizeBytes: number; readonly maxBytes: number } | { readonly task: 'auto_split'; readonly qps: number; readonly bytes: number };

/** What a leader finds before it splits: the region is too large, or asked too much. */
export function reasonLine(region: Region, splitKey: string, reason: SplitReason): Entry {
  if (reason.task === 'batch_split') return checkLine(region, reason);
  return {
    source: 'split_controller.rs:875', message: 'load base split region',
    fields: [['end_key', splitKey], ['start_key', splitKey], ['split_key', splitKey], ['cpu_usage', 0.12], ['byte', reason.bytes], ['qps', reason.qps], ['region_id', region.id], ['thread_id', 87]],
  };
}

/** A region whose hot keys are one key only. */
export const noBalanceLine = (region: Region): Entry => ({ source: 'split_controller.rs:640', message: 'no balance key', fields: [['region_id', region.id], ['thread_id', 87]] });

/** A region seems to be larger than `region-max-size`: its keys are read to see. */
export const checkLine = (region: Region, { sizeBytes, maxBytes }: { readonly sizeBytes: number; readonly maxBytes: number }): Entry => ({
  source: 'size.rs:180', message: 'Run size checker', fields: [['policy', 'Scan'], ['threshold', maxBytes], ['size', Math.round(sizeBytes)], ['region_id', region.id], ['thread_id', 13]],
});

/** It is not: what was written twice is counted once by those who read. */
export const checkedLine = (region: Region): Entry => ({
  source: 'split_check.rs:886', message: 'update approximate size and keys with accurate value',
  fields: [['bucket_size', 0], ['bucket_count', 0], ['keys', region.keys], ['size', region.sizeMib * 2 ** 20], ['region_id', region.id], ['thread_id', 13]],
});

/** The leader asks PD for ids. */
export const askLine = (region: Region, reason: SplitReason, ids: { readonly regionId: number; readonly peerIds: readonly number[] }): Entry => ({
  source: 'pd.rs:1393', message: 'try to batch split region',
  fields: [['task', reason.task], ['region', regionText(region)], ['new_region_ids', `[new_region_id: ${ids.regionId} ${ids.peerIds.map((id) => `new_peer_ids: ${id}`).join(' ')}]`], ['region_id', region.id], ['thread_id', 34]],
});

/** What each replica logs when it applies the split, while the region still has its old bounds. */
export function applyLines(before: RegionShape, peer: Peer, { splitKey, regionId, peerIds }: { readonly splitKey: string; readonly regionId: number; readonly peerIds: readonly number[] }): Entry[] {
  const request = `requests { split_key: ${splitKey} new_region_id: ${regionId} ${peerIds.map((id) => `new_peer_ids: ${id}`).join(' ')} }`;
  return [
    { source: 'apply.rs:1752', message: 'execute admin command', fields: [['command', `cmd_type: BatchSplit splits { ${request} right_derive: true }`], ['index', before.index], ['term', before.term], ...at(before, peer)] },
    { source: 'apply.rs:2634', message: 'split region', fields: [['keys', `key ${splitKey}`], ['region', regionText(before)], ...at(before, peer)] },
  ];
}

/** Each replica makes its part of the new region, which begins as a follower in this term. */
export function insertLines(region: Region, peer: Peer, term: number): Entry[] {
  const raft: readonly Field[] = [['raft_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];
  const voters = region.peers.map(({ id }) => id).join(', ');
  return [
    { source: 'peer.rs:4677', message: 'insert new region', fields: [['store_id', peer.storeId], ['is_uninitialized_peer_exist', false], ['region', regionText(region)], ['region_id', region.id], ['thread_id', raftThread(region)]] },
    { source: 'peer.rs:272', message: 'create peer', fields: at(region, peer) },
    { source: 'raft.rs:1162', message: `became follower at term ${term}`, fields: [['from_role', 'Follower'], ['term', term], ...raft] },
    {
      source: 'raft.rs:391', message: 'newRaft',
      fields: [
        ['peers', `Configuration { incoming: Configuration { voters: {${voters}} }, outgoing: Configuration { voters: {} } }`], ...['last term', 'last index', 'applied', 'commit', 'term'].map((name): Field => [name, term]), ...raft,
      ],
    },
    { source: 'raw_node.rs:321', message: `RawNode created with id ${peer.id}.`, fields: [['id', peer.id], ...raft] },
  ];
}

/** The leader tells PD. */
export const notifyLine = (region: Region, leader: Peer): Entry => ({ source: 'peer.rs:4595', message: 'notify pd with split', fields: [['split_count', 2], ...at(region, leader)] });
