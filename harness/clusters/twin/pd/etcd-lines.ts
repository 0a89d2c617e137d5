import type { Entry } from '../journal.ts';
import type { PdServer } from './server.ts';

/** What etcd's raft inside PD says of an election; the index is that of PD's few entries. */
export interface EtcdElection {
  readonly winner: PdServer;
  readonly voter: PdServer | undefined;
  readonly others: readonly PdServer[];
  readonly former: PdServer | undefined;
  /** The new term. */
  readonly term: number;
  readonly index: number;
}

const raft = (message: string): Entry => ({ logger: 'raft', source: 'zap_raft.go:77', message });

/** The winner's side: a pre-vote, a vote, and a majority of either. */
export function wonLines({ winner, voter, others, former, term, index }: EtcdElection): Entry[] {
  const me = winner.memberHex;
  const before = term - 1;
  const ask = (type: string, at: number) => others.map((other) => raft(`${me} [logterm: ${before}, index: ${index}] sent ${type} request to ${other.memberHex} at term ${at}`));
  const answers = (type: string, at: number) => (voter ? [raft(`${me} received ${type} from ${voter.memberHex} at term ${at}`), raft(`${me} has received 2 ${type} votes and 0 vote rejections`)] : []);
  return [
    raft(`${me} is starting a new election at term ${before}`), raft(`${me} became pre-candidate at term ${before}`), raft(`${me} received MsgPreVoteResp from ${me} at term ${before}`),
    ...ask('MsgPreVote', before), ...(former ? [raft(`raft.node: ${me} lost leader ${former.memberHex} at term ${before}`)] : []), ...answers('MsgPreVoteResp', before),
    raft(`${me} became candidate at term ${term}`), raft(`${me} received MsgVoteResp from ${me} at term ${term}`),
    ...ask('MsgVote', term), ...answers('MsgVoteResp', term),
    raft(`${me} became leader at term ${term}`), raft(`raft.node: ${me} elected leader ${me} at term ${term}`),
  ];
}

/** Another member's side: it grants both, and follows. */
export function votedLines(me: PdServer, { winner, former, term, index }: EtcdElection): Entry[] {
  const before = term - 1;
  const log = `[logterm: ${before}, index: ${index}`;
  return [
    raft(`${me.memberHex} ${log}, vote: ${former?.memberHex ?? 0}] cast MsgPreVote for ${winner.memberHex} ${log}] at term ${before}`),
    raft(`${me.memberHex} [term: ${before}] received a MsgVote message with higher term from ${winner.memberHex} [term: ${term}]`),
    raft(`${me.memberHex} became follower at term ${term}`),
    raft(`${me.memberHex} ${log}, vote: 0] cast MsgVote for ${winner.memberHex} ${log}] at term ${term}`),
    ...(former ? [raft(`raft.node: ${me.memberHex} lost leader ${former.memberHex} at term ${term}`)] : []),
    raft(`raft.node: ${me.memberHex} elected leader ${winner.memberHex} at term ${term}`),
  ];
}
