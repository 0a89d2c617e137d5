import type { Entry, Field } from '../journal.ts';
import { regionText } from './change-lines.ts';
import { raftThread } from './log-lines.ts';
import type { Peer, RegionShape } from './region.ts';

const at = (region: RegionShape, peer: Peer): readonly Field[] => [['peer_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];
const executed = (region: RegionShape, peer: Peer, command: string): Entry => ({
  source: 'apply.rs:1752', message: 'execute admin command', fields: [['command', command], ['index', region.index], ['term', region.term], ...at(region, peer)],
});

/** PD's order arrived at the leader of the region that gives way. */
export const tryLine = (source: RegionShape, target: RegionShape): Entry => ({
  source: 'pd.rs:2042', message: 'try to merge', fields: [['merge', `target { ${regionText(target)} }`], ['region_id', source.id], ['thread_id', 34]],
});

/** The leader finds that a replica is too far behind, or that something else is under way. */
export const refusedLine = (source: RegionShape, leader: Peer): Entry => ({
  source: 'peer.rs:6041', message: 'failed to propose', fields: [['admin_cmd_type', 'Some(PrepareMerge)'], ...at(source, leader)],
});

/** Each replica stops its region and keeps its log from some index on. */
export const prepareLine = (source: RegionShape, peer: Peer, target: RegionShape): Entry =>
  executed(source, peer, `cmd_type: PrepareMerge prepare_merge { min_index: ${source.index} target { ${regionText(target)} } }`);

/** The neighbour changed before it could take the region in. */
export const failedLine = (source: RegionShape, leader: Peer): Entry => ({
  source: 'peer.rs:4883', message: 'failed to schedule merge, rollback', fields: [['error_code', 'KV:Raftstore:Unknown'], ['err', 'Other("target region is changed")'], ...at(source, leader)],
});

/** Each replica goes back to serving. */
export const rollbackLine = (source: RegionShape, peer: Peer): Entry => executed(source, peer, `cmd_type: RollbackMerge rollback_merge { commit: ${source.index} }`);

/** The leader tells PD that its region stays. */
export const stayedLine = (source: RegionShape, leader: Peer): Entry => ({
  source: 'peer.rs:5296', message: 'notify pd with rollback merge', fields: [['commit_index', source.index], ...at(source, leader)],
});

/** Each replica of the neighbour takes the region's replica on its store in: it asks that one to finish its log first. */
export function commitLines(target: RegionShape, peer: Peer, { source, entries }: { readonly source: RegionShape; readonly entries: number }): Entry[] {
  return [
    executed(target, peer, `cmd_type: CommitMerge commit_merge { source { ${regionText(source)} } commit: ${source.index} }`),
    { source: 'apply.rs:2974', message: 'asking delegate to stop', fields: [['source_region_id', source.id], ...at(target, peer)] },
    {
      source: 'apply.rs:2999', message: 'execute CommitMerge',
      fields: [['source_region', regionText(source)], ['index', target.index], ['term', target.term], ['entries', entries], ['commit', source.index], ...at(target, peer)],
    },
  ];
}

/** The replica that was taken in is gone; its data are not. */
export const finishedLines = (source: RegionShape, peer: Peer, target: RegionShape): Entry[] => [
  { source: 'peer.rs:5381', message: 'merge finished', fields: [['target_region', `Some(${regionText(target)})`], ...at(source, peer)] },
  { source: 'peer.rs:4181', message: 'starts destroy', fields: [['is_latest_initialized', true], ['is_peer_initialized', true], ['merged_by_target', true], ...at(source, peer)] },
  { source: 'peer.rs:1402', message: 'begin to destroy', fields: at(source, peer) },
  { source: 'pd.rs:2135', message: 'remove peer statistic record in pd', fields: [['region_id', source.id], ['thread_id', 27]] },
  { source: 'peer.rs:1514', message: 'peer destroy itself', fields: [['keep_data', true], ['clean', true], ['takes', '361.888µs'], ...at(source, peer)] },
];

/** The leader of both tells PD. */
export const notifyLine = (target: RegionShape, leader: Peer, source: RegionShape): Entry => ({
  source: 'peer.rs:5184', message: 'notify pd with merge', fields: [['target_region', regionText(target)], ['source_region', regionText(source)], ...at(target, leader)],
});
