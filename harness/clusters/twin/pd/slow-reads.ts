import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import { goDuration, goTime } from './go-format.ts';
import type { PdServer } from './server.ts';

/** A read of etcd that took longer than 100 ms. */
export interface SlowRead {
  readonly key: string;
  /** The node that asked. */
  readonly client: string;
  readonly sinceMs: Millis;
  readonly tookMs: Millis;
  /** The number that etcd gives the trace of a slow request. */
  readonly trace: number;
  /** Why it failed; absent where it was answered in the end. */
  readonly error?: string;
}

/** What etcd writes of a slow read: a warning, the trace with its steps, and the statistics of the request. */
export const slowReadLines = ({ key, client, sinceMs, tookMs, trace, error }: SlowRead): Entry[] => {
  const took = goDuration(tookMs);
  const [start, end] = [goTime(sinceMs), goTime(sinceMs + tookMs)];
  return [
    { level: 'WARN', source: 'util.go:170', message: 'apply request took too long', fields: [['took', took], ['expected-duration', '100ms'], ['prefix', 'read-only range '], ['request', `key:"${key}" `], ...(error === undefined ? [['response', 'range_response_count:0 size:5'] as const] : [['response', ''], ['error', error]] as const)] },
    { source: 'trace.go:171', message: `trace[${trace}] range`, fields: [['detail', `{range_begin:${key}; range_end:; }`], ['duration', took], ['start', start], ['end', end], ['steps', `["trace[${trace}] 'agreement among raft nodes before linearized reading'  (duration: ${took})"]`], ['step_count', 1]] },
    ...(tookMs < requestWarnMs ? [] : [{ level: 'WARN', source: 'interceptor.go:197', message: 'request stats', fields: [['start time', start], ['time spent', took], ['remote', `${client}:52110`], ['response type', '/etcdserverpb.KV/Range'], ['request count', 0], ['request size', key.length + 2], ['request content', `key:"${key}" `]] } as const]),
  ];
};

/** etcd's `experimental-warning-unary-request-duration`: a request that took as long is written down as a whole. */
const requestWarnMs: Millis = 300;

/** A step of etcd that took longer than 100 ms. */
export interface SlowStep {
  readonly sinceMs: Millis;
  readonly tookMs: Millis;
  readonly trace: number;
  /** How far the log is. */
  readonly index: number;
}

/** The loop that asks the leader how far the log was, for all reads that wait. */
export const slowLoopLine = ({ index, ...step }: SlowStep): Entry =>
  traced('linearizableReadLoop', step, { detail: `{readStateIndex:${index}; appliedIndex:${index}; }`, steps: [['read index received', goDuration(step.tookMs)], ['applied index is now lower than readState.Index', '2µs']] });

/** A write, until raft had it. */
export const slowWriteLine = ({ index, ...step }: SlowStep): Entry =>
  traced('transaction', step, { detail: `{read_only:false; response_revision:${index}; number_of_response:1; }`, steps: [['process raft request', goDuration(step.tookMs)]] });

function traced(what: string, { sinceMs, tookMs, trace }: Omit<SlowStep, 'index'>, { detail, steps }: { readonly detail: string; readonly steps: readonly (readonly [string, string])[] }): Entry {
  const told = steps.map(([step, took]) => `"trace[${trace}] '${step}'  (duration: ${took})"`).join(',');
  return { source: 'trace.go:171', message: `trace[${trace}] ${what}`, fields: [['detail', detail], ['duration', goDuration(tookMs)], ['start', goTime(sinceMs)], ['end', goTime(sinceMs + tookMs)], ['steps', `[${told}]`], ['step_count', steps.length]] };
}

/** A member waits for its leader's word on how far the log was. */
export const readIndexRetried: Entry = { level: 'WARN', source: 'v3_server.go:920', message: 'waiting for ReadIndex response took too long, retrying', fields: [['sent-request-id', '18401604766345002722'], ['retry-timeout', '500ms']] };
/** It gives that up for the reads that it asked for. */
export const readIndexTimedOut: Entry = { level: 'WARN', source: 'v3_server.go:932', message: 'timed out waiting for read index response (local node might have slow network)', fields: [['timeout', '11s']] };
/** raft has nobody to pass the question to. */
export const droppedReadLine = (me: PdServer): Entry => ({ logger: 'raft', source: 'zap_raft.go:77', message: `${me.memberHex} no leader at term ${me.etcdTerm}; dropping index reading msg` });
/** A new leader answers for its own term only, so whoever asked before asks again. */
export const firstCommitLine: Entry = { source: 'v3_server.go:912', message: 'first commit in current term: resending ReadIndex request' };
/** The answer to a question that was asked again meanwhile. */
export const outOfDateReadLine: Entry = { level: 'WARN', source: 'v3_server.go:897', message: 'ignored out-of-date read index response; local node read indexes queueing up and waiting to be in sync with leader', fields: [['sent-request-id', '18401604767032192287'], ['received-request-id', '18401604767032192286']] };
