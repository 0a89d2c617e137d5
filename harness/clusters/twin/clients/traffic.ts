import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { LoadSpec } from '../../contract.ts';
import { tailMs } from '../metrics/histogram.ts';
import { arrivals, jittered } from '../noise.ts';
import { quorumOf, type Region } from '../raft/region.ts';
import { account } from '../store/account.ts';
import { idleQueue, queueOf, type StoreLoad } from '../store/pipeline.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { ClientLog } from './client-log.ts';

/** The model's grain: flows are constant within a tick. */
export const tickMs: Millis = 250;
/** Clients that wait for a leader retry with pauses of up to half a second. */
const drainPerTick = 0.5;
/** A client library holds at most so many requests. */
const inFlightMax = 6_000;

/**
 * The clients, as a flow: every tick each region gets its share of the requests. A region that has a leader with a
 * majority serves them; otherwise they wait, with back-off, and come all at once when it serves again. Counts are drawn
 * around their means; latencies come from the stores' queues.
 */
export class Traffic {
  readonly clientLog = new ClientLog();
  load: LoadSpec;
  readonly #world: World;
  readonly #random: Random;
  readonly #loads = new Map<number, StoreLoad>();
  /** Requests that wait per region, and since when. */
  readonly #waiting = new Map<number, { reads: number; writes: number; sinceMs: Millis }>();
  #inFlight = 0;

  constructor(world: World, load: LoadSpec) {
    this.#world = world;
    this.#random = world.random.fork('clients');
    this.load = load;
  }

  start(): void {
    this.#world.engine.every(tickMs, tickMs, () => this.#tick());
  }

  #tick(): void {
    const spanSeconds = tickMs / 1000;
    const rate = this.load.shape === 'idle' ? 0 : this.load.ratePerSecond * Math.max(0.5, jittered(this.#random, 1, 0.02));
    for (const store of this.#world.stores) this.#loads.set(store.id, { reads: 0, writes: 0, followed: 0, valueBytes: this.load.valueBytes, commits: new Map() });
    for (const region of this.#world.regions) this.#offer(region, region.share * rate * spanSeconds);
    for (const store of this.#world.stores) this.#draw(store);
    for (const store of this.#world.stores) store.queue = this.#awake(store) ? queueOf(store, this.#loadOf(store), spanSeconds) : idleQueue;
    const replicas = this.#world.pd.config.replicas;
    for (const store of this.#world.stores) {
      if (!this.#awake(store)) continue;
      account(store, this.#loadOf(store), { spanSeconds, replicas, storeOf: (id) => this.#world.storeOf(id) });
      this.#heartbeats(store, spanSeconds);
    }
    this.#noteClients();
  }

  /** One region's requests of this tick. */
  #offer(region: Region, requests: number): void {
    if (requests === 0) return;
    const leader = this.#world.storeOf(region.leader);
    const reads = requests * this.load.reads;
    const writes = requests - reads;
    if (!leader || !this.#awake(leader)) return this.#wait(region, reads, writes);
    const followers = region.peers.flatMap(({ storeId }) => (storeId !== leader.id && this.#follows(leader, storeId) ? [storeId] : []));
    const quorate = followers.length + 1 >= quorumOf(region);
    const late = this.#drain(region, quorate);
    this.#serve(region, leader, { reads: reads + late.reads, writes: quorate ? writes + late.writes : 0, followers });
    if (!quorate) this.#wait(region, 0, writes);
  }

  #serve(region: Region, leader: Store, served: { readonly reads: number; readonly writes: number; readonly followers: readonly number[] }): void {
    const load = this.#loadOf(leader);
    load.reads += served.reads;
    load.writes += served.writes;
    region.flow.reads += served.reads;
    region.flow.writes += served.writes;
    const key = served.followers.join(',');
    const group = load.commits.get(key);
    if (group) group.writes += served.writes;
    else load.commits.set(key, { followerIds: served.followers, writes: served.writes });
    for (const id of served.followers) {
      const follower = this.#loads.get(id);
      if (follower) follower.followed += served.writes;
    }
  }

  #wait(region: Region, reads: number, writes: number): void {
    if (this.#inFlight >= inFlightMax) return;
    let waiting = this.#waiting.get(region.id);
    if (!waiting) this.#waiting.set(region.id, (waiting = { reads: 0, writes: 0, sinceMs: this.#world.engine.nowMs }));
    waiting.reads += reads;
    waiting.writes += writes;
    this.#inFlight += reads + writes;
  }

  /** Those who waited come back over the next ticks. */
  #drain(region: Region, quorate: boolean): { reads: number; writes: number } {
    const waiting = this.#waiting.get(region.id);
    if (!waiting) return { reads: 0, writes: 0 };
    const part = waiting.reads + waiting.writes < 1 ? 1 : drainPerTick;
    const late = { reads: waiting.reads * part, writes: quorate ? waiting.writes * part : 0 };
    waiting.reads -= late.reads;
    waiting.writes -= late.writes;
    this.#inFlight -= late.reads + late.writes;
    this.clientLog.late(late.reads + late.writes, this.#world.engine.nowMs - waiting.sinceMs);
    if (waiting.reads + waiting.writes === 0) this.#waiting.delete(region.id);
    return late;
  }

  /** From expected to drawn numbers. */
  #draw(store: Store): void {
    const load = this.#loadOf(store);
    load.reads = arrivals(this.#random, load.reads);
    load.followed = arrivals(this.#random, load.followed);
    load.writes = 0;
    for (const group of load.commits.values()) load.writes += group.writes = arrivals(this.#random, group.writes);
  }

  /** Leaders of awake regions speak to their followers every two seconds; what cannot be delivered is reported. */
  #heartbeats(store: Store, spanSeconds: number): void {
    const awake = this.#world.regions.filter((region) => region.leader === store.id && !region.hibernated).length;
    const perFollower = (awake / 2) * spanSeconds;
    for (const other of this.#world.stores) {
      if (other === store) continue;
      if (!this.#world.links.connected(store, other)) store.metrics.unreachable(other.id).add(perFollower);
      else if (this.#awake(other)) {
        store.metrics.sent('heartbeat').add(perFollower);
        other.metrics.sent('heartbeat_resp').add(perFollower);
        other.metrics.received(store.id).add(perFollower + this.#loadOf(store).writes);
        store.metrics.received(other.id).add(perFollower + this.#loadOf(store).writes);
      }
    }
  }

  #noteClients(): void {
    const serving = this.#world.stores.filter((store) => this.#awake(store));
    const worst = serving.reduce((ms, store) => Math.max(ms, tailMs(store.queue.persist, 'p99')), 0);
    const ops = serving.reduce((sum, store) => sum + this.#loadOf(store).reads + this.#loadOf(store).writes, 0);
    this.clientLog.tick({ atMs: this.#world.engine.nowMs, ops, inFlight: Math.round(this.#inFlight), p99Ms: Math.round(worst) });
  }

  #awake = (store: Store): boolean => store.serving && store.process.state === 'running';

  #follows(leader: Store, storeId: number): boolean {
    const follower = this.#world.storeOf(storeId);
    return follower !== undefined && this.#awake(follower) && this.#world.links.connected(leader, follower);
  }

  #loadOf(store: Store): StoreLoad {
    return this.#loads.get(store.id) as StoreLoad;
  }
}
