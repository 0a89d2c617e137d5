import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { PdServer } from '../pd/server.ts';
import type { StoreRates } from '../pd/views.ts';
import type { World } from '../world.ts';
import type { Store } from './store.ts';

/** A store tells PD's leader how it is; over a link that carries nothing it learns two seconds later that it was not heard. */
export function heartbeat(world: World, store: Store, random: Random): void {
  const leader = world.pd.members.serving;
  if (!store.pdConnected || !leader) return refused(world, store, random);
  if (!store.reachesPd) return late(store, random);
  if (store.writer.blocksHeartbeats(world.engine.nowMs)) store.log({
    level: 'WARN', source: 'pd.rs:2055', message: 'scheduling store_heartbeat timeout, force report store slow score to pd.', fields: [['store_id', store.id], ['thread_id', 36]],
  });
  if (store.reportedAvailableBytes === 0) store.log({ level: 'WARN', source: 'pd.rs:1309', message: 'no available space', fields: [['thread_id', 36]] });
  store.metrics.pdRequest('store_heartbeat').observe(0.002 + store.host.network.roundTripTo(leader.host.network).addedMs / 1_000);
  world.pd.storeHeartbeat(store);
}

/** Between leaders: the store still calls the one that it knew; a machine whose process is gone refuses at once, one whose process sleeps lets the deadline pass. */
function refused(world: World, store: Store, random: Random): void {
  const state = knownLeader(world)?.process.state;
  if (state === 'exited') failed(store);
  if (state === 'paused') late(store, random);
}

/** Whom stores call that have not found another leader of PD. */
export const knownLeader = ({ pd: { members } }: World): PdServer | undefined => members.servers.find((each) => members.leads(each)) ?? members.former;

const late = (store: Store, random: Random): void => store.process.after(random.between(1_800, 2_200), () => failed(store));

function failed(store: Store): void {
  if (store.reachesPd) return;
  store.log({
    level: 'ERROR', source: 'pd.rs:1823', message: 'store heartbeat failed',
    fields: [['err', 'Grpc(RpcFailure(RpcStatus { code: 14-UNAVAILABLE, message: "failed to connect to all addresses", details: [] }))'], ['thread_id', 36]],
  });
}

/** What a store served per second since its last heartbeat. */
export function takeRates(store: Store, spanMs: Millis): StoreRates {
  const perSecond = (amount: number) => Math.round((amount / Math.max(1, spanMs)) * 10_000) / 10;
  const { reads, writes, values, valueBytes, readBytes } = store.served;
  store.served = { reads: 0, writes: 0, values: 0, valueBytes, readBytes };
  return { readQueries: perSecond(reads), readBytes: perSecond(reads * readBytes), writeKeys: perSecond(values), writeBytes: perSecond(writes * valueBytes) };
}
