import type { Entry } from '../journal.ts';
import type { Store } from '../store/store.ts';
import type { Region } from './region.ts';

/** Whoever leads the region with the first of all keys looks for deadlocks among all transactions. */
export const detectsDeadlocks = (region: Pick<Region, 'startKey'>): boolean => region.startKey === '';

/** What a store says when it won or lost that office. */
export const detectorLine = (store: Store, office: 'won' | 'lost'): Entry => ({
  source: office === 'won' ? 'deadlock.rs:761' : 'deadlock.rs:765',
  message: office === 'won' ? 'became the leader of deadlock detector!' : 'changed from the leader of deadlock detector to follower!',
  fields: [['self_id', store.id], ['thread_id', 113]],
});
