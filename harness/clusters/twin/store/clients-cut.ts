import type { Millis } from '../../../../src/kernel/clock.ts';
import { keepaliveLine } from './channel-lines.ts';
import { clientGoneLine } from './stop-lines.ts';
import type { Store } from './store.ts';

/** Measured in recordings/tikv-partition-full: an answer that nobody acknowledges ends its stream, and an idle client misses a ping. */
const unansweredMs: Millis = 5_400;
const pingMissedMs: Millis = 13_100;
/** One of the clients, as the store sees it. */
const client = 'client-1:38540';

/** Nothing reaches a store's clients any more: what it says of their connections. */
export function clientsCutOff(store: Store): void {
  const later = (afterMs: Millis, say: () => void) => store.process.after(afterMs, () => store.host.network.isCut('clients') && say());
  later(unansweredMs, () => store.log(clientGoneLine));
  later(pingMissedMs, () => store.logAll([keepaliveLine(client), clientGoneLine]));
}
