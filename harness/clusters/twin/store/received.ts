import type { CounterFamily, Registry } from '../metrics/registry.ts';
import type { Store } from './store.ts';

/** Raft messages that a store received, by who sent them; all of them together are exported beside. */
export function countReceived(registry: Registry, received: CounterFamily<number>): void {
  const all = registry.counter('tikv_server_raft_message_recv_total');
  registry.beforeWrite(() => all.add(received.sum() - all.value));
}

/** Entries that a leader sent: each reaches a follower in a message and is acknowledged by one, which arrives only from those that it hears. */
export function receiveEntries(leader: Store, entries: number, { heard, unheard }: { readonly heard: readonly Store[]; readonly unheard: readonly Store[] }): void {
  for (const follower of heard) {
    follower.metrics.received.of(leader.id).add(entries);
    leader.metrics.received.of(follower.id).add(entries);
  }
  for (const follower of unheard) follower.metrics.received.of(leader.id).add(entries);
}
