import type { Entry, Field } from '../journal.ts';
import { type Peer, type Region, peerOn } from './region.ts';

/** Two raftstore threads share a store's regions; a region stays with one of them. */
export const raftThread = (region: Pick<Region, 'id'>): number => 81 + (region.id % 2);

const of = (region: Region, peer: Peer): readonly Field[] => [['raft_id', peer.id], ['region_id', region.id], ['thread_id', raftThread(region)]];

/** A line of a region's raft. */
export const line = (
  region: Region, peer: Peer, source: string, message: string, fields: readonly Field[] = [],
): Entry => ({ source, message, fields: [...fields, ...of(region, peer)] });

/** The lines with which a replica campaigns; by timeout with a pre-vote, by a leader's order without. */
export function campaignLines(region: Region, peer: Peer, preVote: boolean): Entry[] {
  const { term, index } = region;
  const others = region.peers.filter((other) => other !== peer).map((other) => other.id);
  const ask = (type: string, atTerm: number) =>
    line(
      region, peer, 'raft.rs:1333', 'broadcasting vote request',
      [['to', `[${others.join(', ')}]`], ['log_index', index], ['log_term', term], ['term', atTerm], ['type', type]],
    );
  const start = line(region, peer, 'raft.rs:1569', 'starting a new election', [['term', term]]);
  const pre = [line(region, peer, 'raft.rs:1213', `became pre-candidate at term ${term}`, [['term', term]]), ask('MsgRequestPreVote', term)];
  const vote = [line(region, peer, 'raft.rs:1187', `became candidate at term ${term + 1}`, [['term', term + 1]]), ask('MsgRequestVote', term + 1)];
  return preVote ? [start, ...pre] : [start, ...vote];
}

/** The lines with which a replica wins the vote; written while `region.term` is still the old one. */
export function victoryLines(region: Region, winner: Peer, voter: Peer, preVote: boolean): Entry[] {
  const { term, index } = region;
  const response = (type: string, atTerm: number) =>
    line(
      region, winner, 'raft.rs:2257', 'received votes response',
      [['term', atTerm], ['type', type], ['approvals', 2], ['rejections', 0], ['from', voter.id], ['vote', true]],
    );
  const others = region.peers.filter((other) => other !== winner).map((other) => other.id);
  const candidate = preVote
    ? [
        response('MsgRequestPreVoteResponse', term),
        line(region, winner, 'raft.rs:1187', `became candidate at term ${term + 1}`, [['term', term + 1]]),
        line(
          region, winner, 'raft.rs:1333', 'broadcasting vote request',
          [['to', `[${others.join(', ')}]`], ['log_index', index], ['log_term', term], ['term', term + 1], ['type', 'MsgRequestVote']],
        ),
      ]
    : [];
  return [
    ...candidate, response('MsgRequestVoteResponse', term + 1),
    line(region, winner, 'raft.rs:1271', `became leader at term ${term + 1}`, [['term', term + 1]]),
  ];
}

/** The lines with which another replica gives way to a new leader. */
export function givingWayLines(region: Region, peer: Peer, winner: Peer, role: 'Follower' | 'Leader'): Entry[] {
  const { term, index } = region;
  const fields: readonly Field[] = [['msg type', 'MsgRequestVote'], ['message_term', term + 1], ['term', term], ['from', winner.id]];
  return [
    line(region, peer, 'raft.rs:1399', `received a message with higher term from ${winner.id}`, fields),
    line(region, peer, 'raft.rs:1162', `became follower at term ${term + 1}`, [['from_role', role], ['term', term + 1]]),
    line(region, peer, 'raft.rs:1618', `[logterm: ${term}, index: ${index}, vote: 0] cast vote for ${winner.id} [logterm: ${term}, index: ${index}] at term ${term + 1}`, [
      ['msg type', 'MsgRequestVote'], ['term', term + 1], ['msg_index', index], ['msg_term', term], ['from', winner.id], ['vote', 0], ['log_index', index], ['log_term', term],
    ]),
  ];
}

/** A replica that was deaf learns from its leader's next message that the term moved on. */
export function rejoinLines(region: Region, peer: Peer, oldTerm: number, role: 'Follower' | 'Leader'): Entry[] {
  const leader = region.leader === null ? undefined : peerOn(region, region.leader);
  const from = leader?.id ?? 0;
  return [
    line(
      region, peer, 'raft.rs:1399', `received a message with higher term from ${from}`,
      [['msg type', 'MsgHeartbeat'], ['message_term', region.term], ['term', oldTerm], ['from', from]],
    ),
    line(region, peer, 'raft.rs:1162', `became follower at term ${region.term}`, [['from_role', role], ['term', region.term]]),
  ];
}

/** A voter that heard its leader lately refuses a pre-vote. */
export function ignoredVoteLine(region: Region, voter: Peer, candidate: Peer): Entry {
  const { term, index } = region;
  const leader = region.leader === null ? 0 : (peerOn(region, region.leader)?.id ?? 0);
  const message = `[logterm: ${term}, index: ${index}, vote: ${leader}] ignored vote from ${candidate.id} [logterm: ${term}, index: ${index}]: lease is not expired`;
  return line(region, voter, 'raft.rs:1366', message, [
    ['leader_id', leader], ['msg type', 'MsgRequestPreVote'], ['remaining ticks', 1], ['term', term], ['msg_index', index], ['msg_term', term], ['from', candidate.id], ['vote', leader], ['log_index', index], ['log_term', term],
  ]);
}

/** A read comes to a leader that has committed nothing yet. */
export const earlyReadLine = (region: Region, leader: Peer): Entry => line(region, leader, 'raft.rs:2149', 'leader has not yet committed in its term; dropping read index msg');

/** A voter that has entries which the candidate lacks refuses it. */
export function rejectedVoteLine(region: Region, voter: Peer, candidate: Peer): Entry {
  const { log, term } = region;
  const [index, msgIndex] = [log.on(voter.storeId).last, log.on(candidate.storeId).last];
  const [logTerm, msgTerm] = [log.termAt(voter.storeId, index), log.termAt(candidate.storeId, msgIndex)];
  const vote = (log.on(voter.storeId).vote === null ? undefined : peerOn(region, log.on(voter.storeId).vote as number)?.id) ?? 0;
  const message = `[logterm: ${logTerm}, index: ${index}, vote: ${vote}] rejected vote from ${candidate.id} [logterm: ${msgTerm}, index: ${msgIndex}] at term ${term}`;
  return line(region, voter, 'raft.rs:1634', message, [
    ['msg type', 'MsgRequestPreVote'], ['term', term], ['msg_index', msgIndex], ['msg_term', msgTerm], ['from', candidate.id], ['vote', vote], ['log_index', index], ['log_term', logTerm],
  ]);
}

/** A leader that lost its majority for an election timeout. */
export const steppedDownLine = (region: Region, leader: Peer): Entry => ({
  level: 'WARN', ...line(region, leader, 'raft.rs:2054', 'stepped down to follower since quorum is not active'),
});
