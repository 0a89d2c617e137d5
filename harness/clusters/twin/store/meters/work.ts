import { Work } from '../../metrics/work.ts';
import type { StoreLoad } from '../pipeline.ts';
import type { Store } from '../store.ts';
import { mouldOf } from './mould.ts';

/** The sums that a store's counters follow from, in the order of `work.json`'s coefficients. */
export const driver = { second: 0, read: 1, put: 2, follow: 3, turn: 4 } as const;

/** Everything of a store that is counted in proportion to its work; begun when the parts that count for themselves are there. */
export const workOf = (store: Store): Work => new Work(store.metrics.registry, 'tikv', { drivers: 5, mould: mouldOf(store) });

/** Books one tick. */
export function bookWork(store: Store, load: StoreLoad, spanSeconds: number): void {
  const turns = store.queue.turnsPerSecond * spanSeconds;
  const entries = load.writes + load.followed;
  store.entriesPerTurn = turns > 0 ? Math.max(1, entries / turns) : 1;
  const { work } = store;
  work.add(driver.second, spanSeconds);
  work.add(driver.read, load.reads);
  work.add(driver.put, load.writes);
  work.add(driver.follow, load.followed);
  work.add(driver.turn, turns);
}
