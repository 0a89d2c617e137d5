import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry, Field } from '../journal.ts';
import { regionText } from '../raft/change-lines.ts';
import { raftThread } from '../raft/log-lines.ts';
import type { Region } from '../raft/region.ts';
import type { Behind } from './progress.ts';

const endpoint: Field = ['thread_id', 48];
const advancing: Field = ['thread_id', 104];

/** A timestamp as TiKV prints it: the physical part above 18 bits of counting. */
export const timestampText = (atMs: Millis): string => String(BigInt(atMs) << 18n);

/** A new leader needs a timestamp newer than all that its predecessor may have seen. */
export const requireMaxTsLine = (region: Region): Entry => ({
  source: 'peer.rs:6056', message: 'require updating max ts', fields: [['initial_status', region.term * 2 ** 32 + region.version * 2], ['region_id', region.id], ['thread_id', raftThread(region)]],
});

/** PD gave it one. */
export const maxTsUpdatedLine = ({ id }: Region): Entry => ({ source: 'pd.rs:2224', message: 'succeed to update max timestamp', fields: [['region_id', id], ['thread_id', 27]] });

/** A leader's locks are watched from now on: it has scanned for those that are there. */
export const registeredLines = (region: Region, observeId: number): Entry[] => [
  { source: 'endpoint.rs:740', message: 'register observe region', fields: [['backoff', 'None'], ['region', regionText(region)], endpoint] },
  { source: 'endpoint.rs:387', message: 'Resolver initialized', fields: [['pending_data_index', 0], ['snapshot_index', region.index], ['observe_id', `ObserveId(${observeId})`], ['region', region.id], endpoint] },
];

/** Whoever leads no more has nothing to watch. */
export const deregisteredLine = ({ id }: Region, observeId: number, storeId: number): Entry => ({
  source: 'endpoint.rs:788', message: 'deregister observe region', fields: [['observe_id', `ObserveId(${observeId})`], ['region_id', id], ['store_id', `Some(${storeId})`], endpoint],
});

/** The watched range changes. */
export const splitLines = ({ id }: Region): Entry[] => [
  { source: 'endpoint.rs:293', message: 'region met split/merge command, stop tracking since key range changed, wait for re-register', fields: [['req_type', 'BatchSplit'], ['region_id', id], endpoint] },
];

/** Each replica divides what it holds of in-memory locks. */
export const movedLocksLine = (region: Region): Entry => ({ source: 'peer.rs:4551', message: 'moving 0 locks to new regions', fields: [['region_id', region.id], ['thread_id', raftThread(region)]] });

/** A store could not be asked whether it agrees on the leaders. */
export const checkFailedLine = (toStore: number, error: string): Entry => ({
  source: 'advance.rs:416', message: 'check leader failed', fields: [['to_store', toStore], ['error', JSON.stringify(error)], advancing],
});

/** A store did not answer in time. */
export const checkSlowLine = (toStore: number, takesMs: Millis): Entry => ({ level: 'WARN', source: 'advance.rs:352', message: `check leader rpc costs too long, to_store: ${toStore}`, fields: [['takes', takesMs], advancing] });

/** Not all regions found a majority that agrees. */
export const unconfirmedLine = (checking: number, valid: number): Entry => ({
  level: 'WARN', source: 'advance.rs:428', message: 'check leader returns valid regions different from checking regions', fields: [['checking_regions', checking], ['valid_regions', valid], advancing],
});

/** The furthest leader is too far behind. */
export const leaderGapLine = ({ region, progress }: Behind, nowMs: Millis): Entry => ({
  source: 'endpoint.rs:612', message: 'the max gap of leader resolved-ts is large',
  fields: [
    ['last_resolve_attempt', 'None'], ['duration_to_last_update_safe_ts', `${nowMs - progress.heardMs}ms`], ['min_memory_lock', 'None'], ['txn_num', 0], ['lock_num', 0], ['min_lock', 'None'], ['applied_index', region.index],
    ['read_state', `ReadState { idx: ${region.index}, ts: ${timestampText(progress.tsMs)} }`], ['gap', `${nowMs - progress.tsMs}ms`], ['region_id', region.id], endpoint,
  ],
});

/** The furthest follower is too far behind. */
export const followerGapLines = ({ region, progress }: Behind, nowMs: Millis): Entry[] => [
  {
    source: 'endpoint.rs:634', message: 'the max gap of follower safe-ts is large',
    fields: [
      ['oldest_candidate', 'None'], ['latest_candidate', 'None'], ['applied_index', region.index], ['duration_to_last_consume_leader', `${nowMs - progress.heardMs}ms`], ['resolved_ts', timestampText(progress.tsMs)],
      ['safe_ts', timestampText(progress.tsMs)], ['gap', `${nowMs - progress.tsMs}ms`], ['region_id', region.id], endpoint,
    ],
  },
  { source: 'endpoint.rs:655', message: "the max gap of follower resolved-ts is large; it's the same region that has the min safe-ts", fields: [endpoint] },
];
