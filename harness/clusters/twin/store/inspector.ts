import type { RoundTrip } from '../hosts/network.ts';
import { later, type Shape, shareAtLeast, spreads } from '../metrics/shape.ts';
import type { World } from '../world.ts';
import { inspectsPerRound, inspectTimeoutMs } from './slow-score.ts';
import type { Store } from './store.ts';

/** What a store measures of itself and of the others, three seconds at a time: probe writes, probes of disks and of the network. */
export function inspectRound(world: World, store: Store): void {
  const { raftstore } = store.metrics;
  const { persist, requestWait } = store.queue;
  // A probe that does not come back is a timeout, and no sample.
  if (store.host.disk.hung) {
    store.slowScore.round(1);
    return inspectNetwork(world, store);
  }
  // Ten probe writes a second, all alike: the share of them that would take too long decides the round.
  store.slowScore.round(shareAtLeast(persist, inspectTimeoutMs));
  raftstore.inspectAll.observeShape({ ...persist, medianMs: persist.medianMs * 1.5 }, inspectsPerRound);
  raftstore.inspectStoreWait.observeShape(requestWait, inspectsPerRound);
  raftstore.inspectStoreCommit.observeShape(persist, inspectsPerRound);
  raftstore.diskProbe.observeShape(store.host.disk.syncShape(), 3);
  inspectNetwork(world, store);
}

/** Ten probes a second to every other store that it has a connection for and that is there; those that come back within the limit are forgotten. */
function inspectNetwork(world: World, store: Store): void {
  for (const other of world.links.metBy(store)) {
    if (other.process.state === 'exited' || !other.serving) store.networkScore.forget(other.id);
    else store.networkScore.round(other.id, lateShare(world, store, other));
  }
}

/** The part of the probes that is late or lost; the late ones leave a sample. */
function lateShare(world: World, store: Store, other: Store): number {
  if (other.process.state === 'paused' || !world.links.reaches(store, other)) return 1;
  // Over a healthy network none is slow.
  if (!(store.host.network.impaired || other.host.network.impaired)) return 0;
  const probe = probeShape(store.host.network.roundTripTo(other.host.network));
  const share = shareAtLeast(probe, inspectTimeoutMs);
  if (share > 0) store.metrics.slowNetworkProbes(store.id, other.id).observeShape(probe, inspectsPerRound * share);
  return share;
}

const probeShape = ({ addedMs, baseMs, wait }: RoundTrip): Shape => later({ fixedMs: addedMs, medianMs: baseMs, spread: spreads.queue }, wait);
