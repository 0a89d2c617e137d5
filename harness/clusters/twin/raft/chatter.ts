import type { Counter } from '../metrics/instruments.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { isAwake } from '../clients/plan.ts';

const everyMs = 1_000;
/** `raft-heartbeat-ticks`. */
const heartbeatSeconds = 2;

/** What one message to each of its followers adds to. */
interface Reach {
  readonly store: Store;
  readonly counters: readonly Counter[];
  /** Whom no connection leads to, and whether what they say arrives all the same, so that it is answered in vain. */
  readonly broken: readonly { readonly other: Store; readonly heard: boolean }[];
  /** Counted once for each store that is reached. */
  readonly sent: Counter | undefined;
  readonly reached: number;
}

/** Leaders of awake regions speak to each follower every two seconds; what cannot be delivered is counted as unreachable, or waits while PD is asked where that is. */
export function startChatter(world: World): void {
  let drawn = -1;
  let reaches: Reach[] = [];
  world.engine.every(everyMs, everyMs, () => {
    // Who reaches whom changes with processes and connections, and then only.
    if (drawn !== world.revision) {
      reaches = world.stores.filter(isAwake).map((store) => reachOf(world, store));
      drawn = world.revision;
    }
    for (const { store, counters, broken, sent, reached } of reaches) {
      const messages = world.awake.leaders(store) / heartbeatSeconds;
      for (const { other, heard } of broken) world.links.undelivered(store, other, messages + (heard ? world.awake.leaders(other) / heartbeatSeconds : 0));
      if (messages === 0) continue;
      sent?.add(messages * reached);
      for (const counter of counters) counter.add(messages);
    }
  });
}

function reachOf(world: World, store: Store): Reach {
  const counters: Counter[] = [];
  const broken: { other: Store; heard: boolean }[] = [];
  let reached = 0;
  for (const other of world.links.metBy(store)) {
    const heard = isAwake(other) && world.links.carries(other, store);
    if (!world.links.connected(store, other)) broken.push({ other, heard });
    else if (isAwake(other) && world.links.carries(store, other)) {
      reached++;
      counters.push(other.metrics.sent.of('heartbeat_resp'), other.metrics.received.of(store.id), ...(heard ? [store.metrics.received.of(other.id)] : []));
    }
  }
  return { store, counters, broken, sent: reached > 0 ? store.metrics.sent.of('heartbeat') : undefined, reached };
}
