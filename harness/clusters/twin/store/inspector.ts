import type { Random } from '../../../../src/kernel/random.ts';
import { shareAtLeast } from '../metrics/shape.ts';
import type { World } from '../world.ts';
import { inspectsPerRound, inspectTimeoutMs } from './slow-score.ts';
import type { Store } from './store.ts';

/** What a store measures of itself and of the others, three seconds at a time: probe writes, probes of disks and of the network. */
export function inspectRound(world: World, store: Store, random: Random): void {
  const { raftstore } = store.metrics;
  const { persist, requestWait } = store.queue;
  // A probe that does not come back is a timeout, and no sample.
  if (store.host.disk.hung) {
    store.slowScore.round(1);
    return store.networkProbes.inspect(world, store, random);
  }
  // Ten probe writes a second, all alike: the share of them that would take too long decides the round.
  store.slowScore.round(shareAtLeast(persist, inspectTimeoutMs));
  raftstore.inspectAll.observeShape({ ...persist, medianMs: persist.medianMs * 1.5 }, inspectsPerRound);
  raftstore.inspectStoreWait.observeShape(requestWait, inspectsPerRound);
  raftstore.inspectStoreCommit.observeShape(persist, inspectsPerRound);
  raftstore.diskProbe.observeShape(store.host.disk.syncShape(), 3);
  store.networkProbes.inspect(world, store, random);
}
