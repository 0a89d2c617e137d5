import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Entry } from '../journal.ts';
import { raftThread } from '../raft/log-lines.ts';
import type { Peer, Region } from '../raft/region.ts';
import type { Store } from './store.ts';

/** How many messages of each kind a raft thread handled for one region in one turn. */
export type Handled = Readonly<Record<'RaftMessage' | 'RaftCommand' | 'Tick' | 'Persisted', number>>;

/** The coarse clock of a kernel that ticks 250 times a second. */
const coarse = (spanMs: Millis): Millis => Math.floor(spanMs / 4) * 4;

/** A raft thread was long at one region. */
export function slowPeerLine(region: Region, peer: Peer, { handled, tookMs }: { readonly handled: Handled; readonly tookMs: Millis }): Entry {
  const kinds = Object.entries(handled).filter(([, count]) => count > 0);
  const count = kinds.reduce((sum, [, each]) => sum + each, 0);
  const parts = kinds.map(([kind, each]) => `("${kind}", ${each})`).join(', ');
  return { level: 'WARN', source: 'peer.rs:749', message: `[region ${region.id}] ${peer.id} handle ${count} peer messages ${parts}`, fields: [['takes', coarse(tookMs)], ['thread_id', raftThread(region)]] };
}

/** A thread of the apply pool was long at one batch. */
export const slowApplyLine = ({ id }: Store, { thread, entries, tookMs }: { readonly thread: number; readonly entries: number; readonly tookMs: Millis }): Entry => ({
  level: 'WARN', source: 'apply.rs:788', message: `[store ${id}] handle ready ${entries} committed entries`, fields: [['takes', coarse(tookMs)], ['thread_id', 94 + thread]],
});
