import { spreads } from '../metrics/shape.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { isAwake, type Stalled } from './plan.ts';
import { retriesPerSecond, type WaitingRoom } from './waiting-room.ts';

/** Derived, in no recording: the Go client backs off for half a second to five after `disk full`, so less than once a second; one is assumed. */
const retriesToFullPerSecond = 1;
/** A request to a silent store hangs until the client's keepalive gives up. */
const clientKeepaliveMs = 13_000;
const refusal = { fixedMs: 0, medianMs: 0.12, spread: spreads.queue } as const;

const nobody: ReadonlyMap<Store, number> = new Map();

/** Requests that were refused by stores that do not lead. */
export interface Refused {
  reads: number;
  writes: number;
}

/**
 * Clients that wait for a leader do not wait in silence: they ask every replica again and again and are told `not leader`,
 * so the request rate of the surviving stores rises severalfold while a region is leaderless.
 */
export function retryStalled(world: World, waiting: WaitingRoom, { stalled, spanSeconds }: { readonly stalled: readonly Stalled[]; readonly spanSeconds: number }): ReadonlyMap<Store, number> {
  if (stalled.length === 0) return nobody;
  const refused = new Map<Store, Refused>();
  for (const { region } of stalled) {
    const held = waiting.of(region);
    if (held.reads + held.writes === 0 || hangs(world, region.leader)) continue;
    const leader = world.storeOf(region.leader);
    if (leader && isAwake(leader) && leader.space.refusesWrites) {
      refuse(leader, held.writes * retriesToFullPerSecond * spanSeconds);
      if (held.writes >= 1) world.raft.fullDisks.giveWay(region);
      continue;
    }
    const asked = region.peers.flatMap(({ storeId }) => world.storeOf(storeId) ?? []).filter((store) => isAwake(store) && !store.host.network.isCut('clients') && store.id !== region.leader);
    for (const store of asked) {
      const sum = refused.get(store) ?? { reads: 0, writes: 0 };
      sum.reads += (held.reads * retriesPerSecond * spanSeconds) / asked.length;
      sum.writes += (held.writes * retriesPerSecond * spanSeconds) / asked.length;
      refused.set(store, sum);
    }
  }
  return new Map([...refused].map(([store, sum]) => [store, countRefused(store, sum)]));
}

function hangs(world: World, leaderId: number | null): boolean {
  const leader = world.storeOf(leaderId);
  if (leader?.host.disk.hung && leader.process.state === 'running') return true;
  return leader?.process.state === 'paused' && world.engine.nowMs - leader.pausedMs < clientKeepaliveMs;
}

/** A put that the leader turns away because its disk is full. */
function refuse(store: Store, puts: number): void {
  store.metrics.grpc.put.observeShape(refusal, puts);
  for (const counter of store.metrics.counters.refusedFull) counter.add(puts);
}

/** Whole requests that a store answers with `not leader`; how many those were. */
export function countRefused(store: Store, { reads, writes }: Refused): number {
  const { metrics } = store;
  const [gets, puts] = [Math.floor(reads), Math.floor(writes)];
  metrics.grpc.get.observeShape(refusal, gets);
  metrics.grpc.put.observeShape(refusal, puts);
  for (const counter of metrics.counters.refusedReads) counter.add(gets);
  for (const counter of metrics.counters.refusedWrites) counter.add(puts);
  return gets + puts;
}
