import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { LoadSpec } from '../../contract.ts';
import { tailMs } from '../metrics/shape.ts';
import { arrivals, jittered } from '../noise.ts';
import type { Region } from '../raft/region.ts';
import type { LogRoute } from '../raft/log-flow.ts';
import { account } from '../store/account.ts';
import { admit } from '../store/admission.ts';
import { type CommitLoad, queueOf, restOf, type StoreLoad } from '../store/pipeline.ts';
import { propose } from '../store/proposals.ts';
import { countCacheUse, type Readers } from '../store/read-path.ts';
import type { Store } from '../store/store.ts';
import { refuseTooLarge } from '../store/too-large.ts';
import type { World } from '../world.ts';
import { ClientLog } from './client-log.ts';
import { sentShare } from './in-flight.ts';
import { isAwake, type LeaderRoutes } from './plan.ts';
import { RegionCache } from './region-cache.ts';
import { retryStalled } from './retries.ts';
import { refusedShare, writtenBytesEach } from './values.ts';
import { Routes } from './routes.ts';
import { shareOf } from './shares.ts';
import { SideTransactions } from './side-transactions.ts';
import { beginLoads, followAll } from './tick-loads.ts';
import { WaitingRoom } from './waiting-room.ts';

/** The model's grain: flows are constant within a tick. */
export const tickMs: Millis = 500;
const spanSeconds = tickMs / 1000;

/**
 * The clients, as a flow: every tick each region gets its share of the requests. A region that has a leader with a
 * majority serves them; otherwise they wait, with back-off, and come all at once when it serves again. Counts are drawn
 * around their means; latencies come from the stores' queues. Regions that are served alike are one term of the sum.
 */
export class Traffic {
  readonly clientLog = new ClientLog();
  load: LoadSpec;
  readonly #world: World;
  readonly #random: Random;
  readonly #tooLarge: Random;
  /** Requests that wait for a region to serve. */
  readonly waiting = new WaitingRoom();
  readonly #loads = new Map<number, StoreLoad>();
  readonly routes: Routes;
  readonly #cache: RegionCache;
  readonly #side: SideTransactions;
  /** All requests that were offered so far: a region's flow is its share of what came since its last report. */
  #offered = { reads: 0, writes: 0 };

  constructor(world: World, load: LoadSpec) {
    this.#world = world;
    this.#random = world.random.fork('clients');
    this.#tooLarge = world.random.fork('too-large');
    this.load = load;
    this.routes = new Routes(world);
    this.#cache = new RegionCache(world);
    this.#side = new SideTransactions(world);
  }

  start(): void {
    this.#world.engine.every(tickMs, tickMs, () => this.#tick());
  }

  /** How many writes a second clients send to a region at present. */
  writesPerSecond(region: Region): number {
    const { shape, ratePerSecond, reads } = this.load;
    return shape === 'idle' ? 0 : ratePerSecond * (1 - reads) * (1 - refusedShare(this.load)) * this.#shareOf(region, 'writes') + this.#side.entriesPerSecond(region);
  }

  /** A region that begins now: what clients sent before is none of its. */
  begin(region: Region): void {
    region.settled = { ...this.#offered };
  }

  /** One region takes another one in: its clients, those that wait, and what it served since its last report. */
  merge(source: Region, target: Region): void {
    for (const region of [source, target]) this.settle(region);
    target.share += source.share;
    target.flow.reads += source.flow.reads;
    target.flow.writes += source.flow.writes;
    target.unlogged += source.unlogged;
    this.waiting.move(source, target);
    this.#cache.forget(source);
  }

  /** Reads per second to one region. */
  readsPerSecond(region: Region): number {
    const { shape, ratePerSecond, reads } = this.load;
    return shape === 'idle' ? 0 : ratePerSecond * reads * this.#shareOf(region, 'reads');
  }

  /** From now on clients send this; what they sent so far is booked as it was sent. */
  change(load: LoadSpec): void {
    const before = this.load;
    // Shares do not depend on the rate, only on what is hot.
    const same = before.hot === load.hot || JSON.stringify(before.hot) === JSON.stringify(load.hot);
    if (!same) for (const region of this.#world.regions) this.settle(region);
    this.load = load;
    if (!same) this.routes.forget();
  }

  /** What a region served since this was asked last. */
  takeFlow(region: Region): { reads: number; writes: number } {
    this.settle(region);
    const { flow } = region;
    region.flow = { reads: 0, writes: 0 };
    return flow;
  }

  #tick(): void {
    for (const store of this.#world.stores) if (isAwake(store) && store.writer.look(this.#world.engine.nowMs)) this.#world.changed(store);
    this.#cache.note((region) => this.routes.isStalled(region));
    this.routes.refresh((region) => this.settle(region));
    beginLoads(this.#loads, this.#world, { load: this.load, leaders: this.routes.leaders });
    if (this.#world.hosts.some((host) => host.network.impaired)) this.#world.links.lose(spanSeconds);
    this.#offer();
    this.#side.offer((route) => this.#commitsOf(route), spanSeconds);
    this.#readmit();
    this.#retry();
    this.#cache.ask((region) => ({ reads: this.readsPerSecond(region), writes: this.writesPerSecond(region) }), spanSeconds);
    const context = { spanSeconds, replicas: Math.min(this.#world.pd.config.replicas, this.#world.stores.length), storeOf: (id: number) => this.#world.storeOf(id) };
    for (const store of this.#world.stores) {
      this.#draw(store);
      propose(store, this.#loadOf(store), context);
    }
    followAll(this.#loads);
    for (const store of this.#world.stores) if (isAwake(store)) admit(store, this.#loadOf(store), spanSeconds);
    followAll(this.#loads);
    for (const store of this.#world.stores) {
      const weather = Math.max(0.6, jittered(this.#random, 1, 0.12));
      store.queue = isAwake(store) ? queueOf(store, this.#loadOf(store), { spanSeconds, weather }) : restOf(store);
    }
    for (const store of this.#world.stores) if (isAwake(store)) account(store, this.#loadOf(store), context);
    for (const store of this.#world.stores) if (isAwake(store)) this.#gets(store);
    this.#noteClients();
  }

  get #readers(): Readers {
    return { load: this.load, stores: this.#world.stores.length };
  }

  #offer(): void {
    const wanted = this.load.shape === 'idle' ? 0 : this.load.ratePerSecond * Math.max(0.5, jittered(this.#random, 1, 0.02));
    const rate = wanted * sentShare(this.routes.leaders, { ratePerSecond: wanted, reads: this.load.reads });
    const reads = rate * spanSeconds * this.load.reads;
    const writes = (rate * spanSeconds - reads) * (1 - refusedShare(this.load));
    const tooLarge = rate * spanSeconds - reads - writes;
    this.#offered.reads += reads;
    this.#offered.writes += writes;
    this.#world.stores[0]?.host.shared?.clientsSend({ requestsPerSecond: rate, bytesPerSecond: (reads * this.load.valueBytes + writes * writtenBytesEach(this.load)) / spanSeconds });
    for (const routes of this.routes.leaders) {
      this.#loadOf(routes.leader).reads += reads * routes.readShare;
      this.#write(routes, writes);
      this.#loadOf(routes.leader).tooLarge += tooLarge * routes.writeShare;
    }
    const nowMs = this.#world.engine.nowMs;
    for (const { region, reads: all } of this.routes.stalled) {
      this.waiting.enter(region, { reads: all ? reads * this.#shareOf(region, 'reads') : 0, writes: writes * this.#shareOf(region, 'writes') }, nowMs);
    }
  }

  #retry(): void {
    const refused = retryStalled(this.#world, this.waiting, { stalled: this.routes.stalled, spanSeconds });
    for (const [store, requests] of refused) this.#loadOf(store).refused = requests;
  }

  #readmit(): void {
    for (const { region, reads, writes, waitedMs } of this.waiting.leave((region) => this.routes.isStalled(region), this.#world.engine.nowMs)) {
      const leader = this.#world.storeOf(region.leader);
      leader?.writer.release(writes, waitedMs, this.#world.engine.nowMs);
      if (leader) {
        this.#loadOf(leader).reads += reads;
        // Its lease ended, or it was elected a moment ago and has none yet.
        leader.metrics.counters.withoutLease.add(reads);
        this.#commitsOf(region.route ?? { leader, key: '', followerIds: [], unheardIds: [] }).writes += writes;
      }
      region.flow.reads += reads;
      region.flow.writes += writes;
      region.unlogged += writes;
      this.clientLog.late(reads + writes, waitedMs);
    }
  }

  /** Writes to one leader's groups: a number for each; where most would have none, each write finds its group instead, which is the same law. */
  #write(routes: LeaderRoutes, writes: number): void {
    const expected = writes * routes.writeShare;
    if (expected >= routes.groups.length) for (const group of routes.groups) this.#commitsOf(group).writes += writes * group.writers.share;
    else for (let left = arrivals(this.#random, expected); left > 0; left--) this.#commitsOf(routes.groupAt(this.#random.unit())).drawn++;
  }

  #commitsOf({ leader, key, followerIds, unheardIds, writers }: LogRoute): CommitLoad {
    const { commits } = this.#loadOf(leader);
    let load = commits.get(key);
    if (!load) commits.set(key, (load = { followerIds, unheardIds, writers, writes: 0, entries: 0, drawn: 0, ofTransactions: 0 }));
    return load;
  }

  /** From expected to drawn numbers. */
  #draw(store: Store): void {
    const load = this.#loadOf(store);
    load.reads = arrivals(this.#random, load.reads);
    for (const commits of load.commits.values()) {
      load.writes += commits.writes = commits.drawn + arrivals(this.#random, commits.writes);
      load.ofTransactions += commits.ofTransactions;
    }
    if (load.tooLarge > 0) refuseTooLarge(this.#world, store, { count: arrivals(this.#tooLarge, load.tooLarge), valueBytes: this.load.large?.valueBytes ?? 0, random: this.#tooLarge });
  }

  /** Books what a region served until now. */
  settle(region: Region): void {
    const { flow, settled } = region;
    if (!this.routes.isStalled(region)) {
      const writes = this.#shareOf(region, 'writes') * (this.#offered.writes - settled.writes);
      flow.reads += this.#shareOf(region, 'reads') * (this.#offered.reads - settled.reads);
      flow.writes += writes;
      region.unlogged += writes;
    }
    settled.reads = this.#offered.reads;
    settled.writes = this.#offered.writes;
  }

  #shareOf(region: Region, kind: 'reads' | 'writes'): number {
    return shareOf(region, kind, { load: this.load });
  }

  #noteClients(): void {
    let [worstMs, ops] = [0, 0];
    for (const store of this.#world.stores) {
      if (!isAwake(store)) continue;
      worstMs = Math.max(worstMs, tailMs(store.putShape, 'p99'));
      const { reads, writes } = this.#loadOf(store);
      ops += reads + writes;
    }
    this.clientLog.tick({ atMs: this.#world.engine.nowMs, ops, inFlight: Math.round(this.waiting.inFlight), p99Ms: Math.round(worstMs) });
  }

  #gets(store: Store): void {
    const { reads } = this.#loadOf(store);
    countCacheUse(store, this.#readers, reads);
    store.meters.gets(reads, this.load);
  }

  #loadOf(store: Store): StoreLoad {
    return this.#loads.get(store.id)!;
  }
}
