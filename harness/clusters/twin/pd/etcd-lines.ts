import type { Entry } from '../journal.ts';
import type { PdServer } from './server.ts';

/** What etcd's raft inside PD says of an election; the index is that of PD's few entries. */
export interface EtcdElection {
  readonly winner: PdServer;
  readonly voter: PdServer | undefined;
  readonly others: readonly PdServer[];
  readonly former: PdServer | undefined;
  /** Whether the former leader told the winner to take over: then nobody asks for pre-votes. */
  readonly handedOver: boolean;
  /** The new term. */
  readonly term: number;
  readonly index: number;
}

const raft = (message: string): Entry => ({ logger: 'raft', source: 'zap_raft.go:77', message });

/** The winner's side: a pre-vote, unless leadership was handed over, a vote, and a majority of either. */
export function wonLines(election: EtcdElection): Entry[] {
  const { winner: { memberHex: me }, former, handedOver, term } = election;
  const before = term - 1;
  const lost = (at: number) => (former ? [raft(`raft.node: ${me} lost leader ${former.memberHex} at term ${at}`)] : []);
  const told = former ? [raft(`${me} [term ${before}] received MsgTimeoutNow from ${former.memberHex} and starts an election to get leadership.`)] : [];
  const started = raft(`${me} is starting a new election at term ${before}`);
  const preVote = [started, raft(`${me} became pre-candidate at term ${before}`), raft(`${me} received MsgPreVoteResp from ${me} at term ${before}`), ...asks(election, 'MsgPreVote', before), ...lost(before), ...answers(election, 'MsgPreVoteResp', before)];
  return [
    ...(handedOver ? [...told, started] : preVote),
    raft(`${me} became candidate at term ${term}`), raft(`${me} received MsgVoteResp from ${me} at term ${term}`), ...asks(election, 'MsgVote', term),
    ...(handedOver ? lost(term) : []), ...answers(election, 'MsgVoteResp', term),
    raft(`${me} became leader at term ${term}`), raft(`raft.node: ${me} elected leader ${me} at term ${term}`),
  ];
}

const asks = ({ winner: { memberHex: me }, others, term, index }: EtcdElection, type: string, at: number): Entry[] =>
  others.map((other) => raft(`${me} [logterm: ${term - 1}, index: ${index}] sent ${type} request to ${other.memberHex} at term ${at}`));

const answers = ({ winner: { memberHex: me }, voter }: EtcdElection, type: string, at: number): Entry[] =>
  (voter ? [raft(`${me} received ${type} from ${voter.memberHex} at term ${at}`), raft(`${me} has received 2 ${type} votes and 0 vote rejections`)] : []);

/** Another member's side: it grants what is asked, and follows. */
export function votedLines(me: PdServer, { winner, former, handedOver, term, index }: EtcdElection): Entry[] {
  const before = term - 1;
  const log = `[logterm: ${before}, index: ${index}`;
  return [
    ...(handedOver ? [] : [raft(`${me.memberHex} ${log}, vote: ${former?.memberHex ?? 0}] cast MsgPreVote for ${winner.memberHex} ${log}] at term ${before}`)]),
    raft(`${me.memberHex} [term: ${before}] received a MsgVote message with higher term from ${winner.memberHex} [term: ${term}]`),
    raft(`${me.memberHex} became follower at term ${term}`),
    raft(`${me.memberHex} ${log}, vote: 0] cast MsgVote for ${winner.memberHex} ${log}] at term ${term}`),
    ...(former ? [raft(`raft.node: ${me.memberHex} lost leader ${former.memberHex} at term ${term}`)] : []),
    raft(`raft.node: ${me.memberHex} elected leader ${winner.memberHex} at term ${term}`),
  ];
}

/** A member that asks for pre-votes and gets none but its own. */
export const preVoteLines = (me: PdServer, { others, lost }: { readonly others: readonly PdServer[]; readonly lost: PdServer | undefined }): Entry[] => {
  const [term, index] = [me.etcdTerm, 120 * me.etcdTerm];
  return [
    raft(`${me.memberHex} is starting a new election at term ${term}`), raft(`${me.memberHex} became pre-candidate at term ${term}`), raft(`${me.memberHex} received MsgPreVoteResp from ${me.memberHex} at term ${term}`),
    ...others.map((other) => raft(`${me.memberHex} [logterm: ${term}, index: ${index}] sent MsgPreVote request to ${other.memberHex} at term ${term}`)),
    ...(lost ? [raft(`raft.node: ${me.memberHex} lost leader ${lost.memberHex} at term ${term}`)] : []),
  ];
};

/** A leader of etcd begins to hand over; to itself it has nothing to hand. */
export const transferStartsLines = (me: PdServer, to: PdServer, term = me.etcdTerm): Entry[] => [
  { source: 'server.go:1481', message: 'leadership transfer starting', fields: [['local-member-id', me.memberHex], ['current-leader-member-id', me.memberHex], ['transferee-member-id', to.memberHex]] },
  ...(me === to ? [] : [raft(`${me.memberHex} [term ${term}] starts to transfer leadership to ${to.memberHex}`)]),
];

/** It tells its heir, which has all that it has, not to wait. */
export const timeoutNowLine = (me: PdServer, to: PdServer): Entry => raft(`${me.memberHex} sends MsgTimeoutNow to ${to.memberHex} immediately as ${to.memberHex} already has up-to-date log`);

/** The heir leads. */
export const transferFinishedLine = (me: PdServer, { to, took }: { readonly to: PdServer | undefined; readonly took: string }): Entry => ({
  source: 'server.go:1498', message: 'leadership transfer finished', fields: [['local-member-id', me.memberHex], ['old-leader-member-id', me.memberHex], ...(to ? [['new-leader-member-id', to.memberHex] as const] : []), ['took', took]],
});

/** A leader that a majority did not answer during an election timeout: nobody leads. */
export const steppedDownLines = (me: PdServer): Entry[] => [
  { level: 'WARN', logger: 'raft', source: 'zap_raft.go:85', message: `${me.memberHex} stepped down to follower since quorum is not active` },
  raft(`${me.memberHex} became follower at term ${me.etcdTerm}`), raft(`raft.node: ${me.memberHex} lost leader ${me.memberHex} at term ${me.etcdTerm}`),
];

/** A leader that was out of reach of its own disk hears of its successor. */
export const deposedLines = (me: PdServer, leader: PdServer): Entry[] => [
  raft(`${me.memberHex} [term: ${me.etcdTerm - 1}] received a MsgHeartbeat message with higher term from ${leader.memberHex} [term: ${me.etcdTerm}]`),
  raft(`${me.memberHex} became follower at term ${me.etcdTerm}`), raft(`raft.node: ${me.memberHex} changed leader from ${me.memberHex} to ${leader.memberHex} at term ${me.etcdTerm}`),
];
