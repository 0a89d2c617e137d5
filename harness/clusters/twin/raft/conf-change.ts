import { isVoter, type Peer, type PeerRole, type Region } from './region.ts';

/** One replica's change, as TiKV's `ChangePeerV2` words it. */
export interface PeerChange {
  readonly type: 'AddNode' | 'AddLearnerNode' | 'RemoveNode';
  readonly peer: Peer;
}

/** How a group changes: one replica at a time, or several at once by way of a joint configuration. */
export interface ConfChange {
  readonly kind: 'Simple' | 'EnterJoint' | 'LeaveJoint';
  readonly changes: readonly PeerChange[];
  /** Who leads may be on the way out: the leadership is handed over before the change is finished. */
  readonly handsOver?: boolean;
}

/** The change that takes a learner in. */
export const addLearner = (peer: Peer): ConfChange => ({ kind: 'Simple', changes: [{ type: 'AddLearnerNode', peer: { ...peer, role: 'learner' } }] });

/** The change that takes a replica out. */
export const removePeer = (peer: Peer): ConfChange => ({ kind: 'Simple', changes: [{ type: 'RemoveNode', peer }] });

/** The change that lets learners vote and voters no longer; one of either is a plain change, more are a joint one. */
export function promoteAndDemote(promote: readonly Peer[], demote: readonly Peer[]): ConfChange {
  const changes: PeerChange[] = [
    ...promote.map(({ id, storeId }) => ({ type: 'AddNode' as const, peer: { id, storeId } })),
    ...demote.map(({ id, storeId }) => ({ type: 'AddLearnerNode' as const, peer: { id, storeId, role: 'learner' as const } })),
  ];
  return { kind: changes.length > 1 ? 'EnterJoint' : 'Simple', changes };
}

/** The end of a joint configuration. */
export const leaveJoint: ConfChange = { kind: 'LeaveJoint', changes: [] };

/** Whether a group is between two configurations. */
export const isJoint = (region: Region): boolean => region.peers.some(({ role }) => role === 'incoming' || role === 'demoting');

/** The replicas after a change, and by how much the configuration's version rises; undefined where nothing would change. */
export function changed(region: Region, { kind, changes }: ConfChange): { readonly peers: readonly Peer[]; readonly versions: number } | undefined {
  if (kind === 'LeaveJoint') return isJoint(region) ? left(region) : undefined;
  let { peers } = region;
  let versions = 0;
  for (const change of changes) {
    const next = kind === 'EnterJoint' ? entering(peers, change) : simple(peers, change);
    if (next === undefined) continue;
    peers = next;
    versions++;
  }
  return versions === 0 ? undefined : { peers, versions };
}

function left({ peers }: Region): { readonly peers: readonly Peer[]; readonly versions: number } {
  const settled = peers.map((peer): Peer => {
    if (peer.role === 'incoming') return { id: peer.id, storeId: peer.storeId };
    return peer.role === 'demoting' ? { ...peer, role: 'learner' } : peer;
  });
  return { peers: settled, versions: peers.filter(({ role }) => role === 'incoming' || role === 'demoting').length };
}

function simple(peers: readonly Peer[], { type, peer }: PeerChange): readonly Peer[] | undefined {
  const known = peers.find(({ id }) => id === peer.id);
  if (type === 'RemoveNode') return known ? peers.filter((each) => each !== known) : undefined;
  if (known) return known.role === peer.role ? undefined : peers.map((each) => (each === known ? peer : each));
  return peers.some(({ storeId }) => storeId === peer.storeId) ? undefined : [...peers, peer];
}

function entering(peers: readonly Peer[], { type, peer }: PeerChange): readonly Peer[] | undefined {
  const role: PeerRole = type === 'AddNode' ? 'incoming' : 'demoting';
  const known = peers.find(({ id }) => id === peer.id);
  if (known) return isVoter(known) === (type === 'AddNode') ? undefined : peers.map((each) => (each === known ? { ...each, role } : each));
  return undefined;
}
