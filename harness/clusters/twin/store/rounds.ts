import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { World } from '../world.ts';
import { heartbeat } from './heartbeat.ts';
import { inspectRound } from './inspector.ts';
import { watchQuotas } from './quota-watch.ts';
import type { Store } from './store.ts';

/** `raftstore.pd-store-heartbeat-tick-interval`. */
export const storeHeartbeatMs: Millis = 10_000;
const slowRoundMs: Millis = 3_000;
const diskLookMs: Millis = 60_000;
/** `pd.update-interval`. */
const updatePdMs: Millis = 600_000;

/** What a store does again and again for as long as its process lives. */
export function beginRounds(world: World, store: Store, { random, firstHeartbeatMs, lookAtDisk }: { readonly random: Random; readonly firstHeartbeatMs: Millis; readonly lookAtDisk: () => void }): void {
  store.process.every(storeHeartbeatMs, firstHeartbeatMs, () => heartbeat(world, store, random));
  store.process.every(slowRoundMs, random.below(slowRoundMs), () => inspectRound(world, store, random));
  store.process.every(diskLookMs, random.below(diskLookMs), lookAtDisk);
  store.process.every(updatePdMs, 1 + ((store.process.pid * 7_919) % updatePdMs), () => world.pdClients.update(store));
  watchQuotas(store);
}
