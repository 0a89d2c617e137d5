import type { Entry, Field } from '../journal.ts';
import type { ConfChange, PeerChange } from './conf-change.ts';
import { raftThread } from './log-lines.ts';
import type { Peer, PeerRole, RegionShape } from './region.ts';

const roleNames: Readonly<Record<PeerRole, string>> = { voter: '', learner: ' role: Learner', incoming: ' role: IncomingVoter', demoting: ' role: DemotingVoter' };

/** A replica as protobuf prints it. */
export const peerText = ({ id, storeId, role = 'voter' }: Peer): string => `id: ${id} store_id: ${storeId}${roleNames[role]}`;

const epochText = ({ confVer, version }: RegionShape): string => `conf_ver: ${confVer} version: ${version}`;

/** A region as protobuf prints it. */
export const regionText = (region: RegionShape): string =>
  `id: ${region.id} start_key: ${region.startKey} end_key: ${region.endKey} region_epoch { ${epochText(region)} } ${region.peers.map((peer) => `peers { ${peerText(peer)} }`).join(' ')}`;

const typeText = (type: PeerChange['type']): string => (type === 'AddNode' ? '' : `change_type: ${type}`);
const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
const typeFirst = ({ type, peer }: PeerChange): string => words(typeText(type), `peer { ${peerText(peer)} }`);
const typeLast = ({ type, peer }: PeerChange): string => words(`peer { ${peerText(peer)} }`, typeText(type));
const listed = (changes: readonly PeerChange[], text: (change: PeerChange) => string): string => `[${changes.map(text).join(', ')}]`;

const at = (region: RegionShape, peer: Peer): readonly Field[] => [['peer_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];

/** PD's order arrived at the leader. */
export const tryLine = (region: RegionShape, { changes }: ConfChange): Entry => ({
  source: 'pd.rs:1994', message: 'try to change peer', fields: [['changes', listed(changes, typeLast)], ['region_id', region.id], ['thread_id', 34]],
});

/** The leader proposes a change. */
export const proposeLine = (region: RegionShape, leader: Peer, { kind, changes }: ConfChange): Entry => ({
  source: 'peer.rs:5204', message: 'propose conf change peer', fields: [['kind', kind], ['changes', listed(changes, typeFirst)], ...at(region, leader)],
});

/** An order that comes while another change is under way. */
export const busyLines = (region: RegionShape, leader: Peer): Entry[] => [
  { source: 'peer.rs:5116', message: 'there is a pending conf change, try later', fields: at(region, leader) },
  { source: 'peer.rs:6041', message: 'failed to propose', fields: [['admin_cmd_type', 'Some(ChangePeerV2)'], ...at(region, leader)] },
];

/** What every replica logs when it applies a change: the admin command and the new configuration. */
export function applyLines(before: RegionShape, after: RegionShape, peer: Peer, { kind, changes }: ConfChange): Entry[] {
  const body = changes.map((change) => `changes { ${typeFirst(change)} }`).join(' ');
  const command = `cmd_type: ChangePeerV2 change_peer_v2 {${body === '' ? '' : ` ${body} `}}`;
  const result: Entry = kind === 'LeaveJoint'
    ? { source: 'apply.rs:2571', message: 'leave joint state successfully', fields: [['region', regionText(after)], ...at(after, peer)] }
    : {
        source: 'apply.rs:2541', message: 'conf change successfully',
        fields: [['current_region', regionText(after)], ['original_region', regionText(before)], ['changes', listed(changes, typeFirst)], ...at(after, peer)],
      };
  return [
    { source: 'apply.rs:1752', message: 'execute admin command', fields: [['command', command], ['index', after.index], ['term', after.term], ...at(after, peer)] },
    { source: 'apply.rs:2360', message: 'exec ConfChangeV2', fields: [['epoch', epochText(before)], ['kind', kind], ...at(after, peer)] },
    result,
    {
      source: 'raft.rs:2715', message: 'switched to configuration',
      fields: [['config', configText(after.peers)], ['raft_id', peer.id], ['region_id', after.id], ['thread_id', raftThread(after)]],
    },
  ];
}

/** The leader tells PD. */
export const notifyLine = (region: RegionShape, leader: Peer): Entry => ({
  source: 'peer.rs:4430', message: 'notify pd with change peer region', fields: [['region', regionText(region)], ...at(region, leader)],
});

function configText(peers: readonly Peer[]): string {
  const joint = peers.some(({ role }) => role === 'incoming' || role === 'demoting');
  const ids = (fits: (role: PeerRole) => boolean): string => `{${peers.filter(({ role = 'voter' }) => fits(role)).map(({ id }) => id).join(', ')}}`;
  const incoming = ids((role) => role === 'voter' || role === 'incoming');
  const outgoing = joint ? ids((role) => role === 'voter' || role === 'demoting') : '{}';
  return `Configuration { voters: Configuration { incoming: Configuration { voters: ${incoming} }, outgoing: Configuration { voters: ${outgoing} } }, learners: ${ids((role) => role === 'learner')}, learners_next: ${ids((role) => role === 'demoting')}, auto_leave: false }`;
}

/** A replica that was taken out removes itself and its data. */
export const destroyLines = (region: RegionShape, peer: Peer): Entry[] => [
  { source: 'peer.rs:4181', message: 'starts destroy', fields: [['is_latest_initialized', true], ['is_peer_initialized', true], ['merged_by_target', false], ...at(region, peer)] },
  { source: 'peer.rs:1402', message: 'begin to destroy', fields: at(region, peer) },
  { source: 'peer_storage.rs:1119', message: 'finish clear peer meta', fields: [['takes', '8.974µs'], ['raft_key', 1], ['apply_key', 1], ['meta_key', 1], ['region_id', region.id], ['thread_id', raftThread(region)]] },
  { source: 'pd.rs:2135', message: 'remove peer statistic record in pd', fields: [['region_id', region.id], ['thread_id', 27]] },
  { source: 'peer.rs:1514', message: 'peer destroy itself', fields: [['keep_data', false], ['clean', true], ['takes', '361.888µs'], ...at(region, peer)] },
  { source: 'region.rs:510', message: 'register deleting data in range', fields: [['end_key', `7A${region.endKey}`], ['start_key', `7A${region.startKey}`], ['region_id', region.id], ['thread_id', 75]] },
  { source: 'region.rs:549', message: 'delete data in range because of stale', fields: [['end_key', `7A${region.endKey}`], ['start_key', `7A${region.startKey}`], ['region_id', region.id], ['thread_id', 75]] },
];
