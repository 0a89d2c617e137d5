import { Work } from '../../metrics/work.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';
import { mouldOf } from './mould.ts';

/** The sums that a store's counters follow from, in the order of `work.json`'s coefficients. */
export const driver = { second: 0, read: 1, put: 2, follow: 3, turn: 4, transactionRequest: 5 } as const;

/** Everything of a store that is counted in proportion to its work; begun when the parts that count for themselves are there. */
export const workOf = (world: World, store: Store): Work => new Work(store.metrics.registry, 'tikv', { drivers: 6, mould: mouldOf(world, store), transactions: (world.traffic.load.transactions ?? 0) > 0 });
