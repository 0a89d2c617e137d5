import type { Entry } from '../journal.ts';
import { line, raftThread } from './log-lines.ts';
import type { Peer, Region } from './region.ts';

const spellPeer = ({ id, storeId }: Peer): string => `id: ${id} store_id: ${storeId}`;

/** A leader reads PD's order to hand over. */
export const orderLine = (region: Region, leader: Peer, target: Peer): Entry => ({
  source: 'pd.rs:2007', message: 'try to transfer leader',
  fields: [['to_peers', '[]'], ['to_peer', spellPeer(target)], ['from_peer', spellPeer(leader)], ['region_id', region.id], ['thread_id', 37]],
});

/** A replica is asked to lead, and would. */
export function ackTransferLine(region: Region, leader: Peer, target: Peer): Entry {
  const last = region.hasLog ? region.log.on(target.storeId).last : region.index;
  const committed = region.hasLog ? Math.min(last, region.log.committed.index) : last;
  return {
    source: 'peer.rs:4981', message: 'ack transfer leader',
    fields: [['applied_index', committed], ['committed_index', committed], ['persist_index', last], ['last_index', last], ['reply_cmd', 'false'], ['to_peer', leader.id], ['from_peer', target.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
  };
}

/** A replica on a full disk does not want to lead. */
export const rejectedTransferLine = (region: Region, leader: Peer, target: Peer): Entry => ({
  source: 'peer.rs:4811', message: 'reject transferring leader',
  fields: [['wait_data', 'false'], ['is_learner', 'false'], ['is_witness', 'false'], ['disk_usage', 'AlreadyFull'], ['pending_snapshot', 'false'], ['from', leader.id], ['peer_id', target.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
});

/** The leader's side of a transfer that PD asked for. */
export function transferLines(region: Region, leader: Peer, target: Peer): Entry[] {
  const to = spellPeer(target);
  return [
    {
      source: 'peer.rs:4055', message: 'transfer leader',
      fields: [['peer', to], ['peer_id', leader.id], ['region_id', region.id], ['thread_id', raftThread(region)]],
    },
    line(
      region, leader, 'raft.rs:1957', `[term ${region.term}] starts to transfer leadership to ${target.id}`,
      [['lead_transferee', target.id], ['term', region.term]],
    ),
    line(
      region, leader, 'raft.rs:1970', `sends MsgTimeoutNow to ${target.id} immediately as ${target.id} already has up-to-date log`,
      [['lead_transferee', target.id]],
    ),
  ];
}

/** The target's side: it is told to campaign at once. */
export const timeoutNowLine = (region: Region, target: Peer, leader: Peer): Entry =>
  line(
    region, target, 'raft.rs:2400', `[term ${region.term}] received MsgTimeoutNow from ${leader.id} and starts an election to get leadership.`,
    [['from', leader.id], ['term', region.term]],
  );

/** An answer of a follower comes to a leader that has given way in between. */
export const lateAnswerLine = (region: Region, leader: Peer, { from, term }: { readonly from: Peer; readonly term: number }): Entry =>
  line(region, leader, 'raft.rs:1468', `ignored a message with lower term from ${from.id}`, [['msg term', term], ['msg type', 'MsgHeartbeatResponse'], ['term', region.term], ['from', from.id]]);
