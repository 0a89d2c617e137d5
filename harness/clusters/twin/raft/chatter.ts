import type { World } from '../world.ts';
import { isAwake } from '../clients/plan.ts';

const everyMs = 1_000;

/** Leaders of awake regions speak to each follower every two seconds; what cannot be delivered is counted as unreachable. */
export function startChatter(world: World): void {
  world.engine.every(everyMs, everyMs, () => {
    for (const store of world.stores) {
      if (!isAwake(store)) continue;
      const messages = world.index.of(store.id).awakeLed / 2;
      for (const other of world.stores) {
        if (other === store) continue;
        if (!world.links.connected(store, other)) store.metrics.unreachable(other.id).add(messages);
        else if (isAwake(other) && world.links.carries(store, other)) {
          store.metrics.sent.of('heartbeat').add(messages);
          other.metrics.sent.of('heartbeat_resp').add(messages);
          other.metrics.received.of(String(store.id)).add(messages);
          store.metrics.received.of(String(other.id)).add(messages);
        }
      }
    }
  });
}
