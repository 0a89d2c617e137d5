import type { Work } from '../../metrics/work.ts';
import { hotShareOf, type LoadSpec } from '../../../contract.ts';
import { entriesPerTransaction } from '../../clients/values.ts';
import type { World } from '../../world.ts';
import type { StoreLoad } from '../pipeline.ts';
import { SlowCommands } from '../slow-commands.ts';
import { SlowTurns } from '../slow-turns.ts';
import type { Store } from '../store.ts';
import { growTree } from '../tree.ts';
import { BrakeMeters } from './brakes.ts';
import { ControlPlaneMeters } from './control-plane.ts';
import { EngineMeters } from './engine.ts';
import { Flushing } from './flushing.ts';
import { ResolvedMeters } from '../../resolved/meters.ts';
import { ResolvedWorker } from '../../resolved/worker.ts';
import { RaftMeters } from './raft.ts';
import { ReadPoolMeters } from './read-pool.ts';
import { exportThreads } from './threads.ts';
import { requestsPerTransaction, SideTransactionMeters } from './side-transactions.ts';
import { countTransactions } from './transactions.ts';
import { exportUnderWay } from './under-way.ts';
import { driver, workOf } from './work.ts';

/** Of the reads of a quiet cluster so many find a lease that has just ended (measured, as `work.json` is). */
const withoutLeaseShare = 0.000578;

/** What one TiKV process counts of its work besides what {@link StoreMetrics} is told piece by piece; begun anew with each process. */
export class Meters {
  readonly work: Work;
  readonly engine: EngineMeters;
  readonly brakes: BrakeMeters;
  readonly resolved: ResolvedMeters;
  readonly flushing: Flushing;
  readonly slowTurns: SlowTurns;
  readonly #slowCommands: SlowCommands;
  /** Entries that one turn of the log writer takes on, below one where most write a raft state alone. */
  entriesPerTurn = 1;
  /** What the newest tick held, per second: gets and puts of its own clients, and all entries. */
  recent = { reads: 0, puts: 0, writes: 0, writtenBytes: 0 };
  #side: SideTransactionMeters | undefined;
  readonly #world: World;
  readonly #store: Store;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    exportThreads(store);
    this.engine = new EngineMeters(store, () => world.engine.nowMs);
    this.brakes = new BrakeMeters(store);
    new RaftMeters(world, store);
    new ControlPlaneMeters(world, store);
    exportUnderWay(world, store);
    this.resolved = new ResolvedMeters(store);
    new ResolvedWorker(world, store, this.resolved);
    // Last, for it leaves alone what the others count.
    this.work = workOf(world, store);
    new ReadPoolMeters(store, this.work);
    countTransactions(world, store, this.work);
    this.flushing = new Flushing(world, store);
    this.slowTurns = new SlowTurns(world, store);
    this.#slowCommands = new SlowCommands(world, store);
  }

  /** Books one tick. */
  tick(load: StoreLoad, spanSeconds: number): void {
    const store = this.#store;
    const { queue } = store;
    const turns = queue.turnsPerSecond * spanSeconds;
    const entries = load.writes + load.followed;
    this.entriesPerTurn = turns > 0 ? entries / turns : 1;
    this.recent = { reads: load.reads / spanSeconds, puts: load.writes / spanSeconds, writes: entries / spanSeconds, writtenBytes: (entries * load.valueBytes) / spanSeconds };
    this.#sum(load, turns, spanSeconds);
    this.#bookHost(load, turns);
    this.slowTurns.tick(load, spanSeconds);
    this.#slowCommands.tick(load, spanSeconds);
    this.engine.levels(growTree(store, load, { nowMs: this.#world.engine.nowMs, spanSeconds }), spanSeconds);
  }

  /** Books one tick's gets. */
  gets(count: number, load: LoadSpec): void {
    this.#store.metrics.counters.withoutLease.add(count * withoutLeaseShare);
    this.engine.reads(count, load.keys, hotShareOf(load, 'reads'));
  }

  #bookHost({ reads, writes, followed, valueBytes, readBytes, commits }: StoreLoad, turns: number): void {
    let copies = 0;
    for (const { writes: each, followerIds, unheardIds } of commits.values()) copies += each * (followerIds.length + unheardIds.length);
    const { traffic, network } = this.#store.host;
    traffic.book(network, { reads, puts: writes, entries: writes + followed, copies, turns, valueBytes, readBytes });
  }

  #sideTransactions(load: StoreLoad): void {
    this.work.add(driver.transactionRequest, (load.ofTransactions / entriesPerTransaction) * requestsPerTransaction);
    (this.#side ??= new SideTransactionMeters(this.#store)).book(load);
  }

  #sum(load: StoreLoad, turns: number, spanSeconds: number): void {
    this.work.add(driver.second, spanSeconds);
    this.work.add(driver.read, load.reads);
    this.work.add(driver.put, load.writes - load.ofTransactions);
    this.work.add(driver.follow, load.followed - load.followedOfTransactions);
    this.work.add(driver.turn, turns);
    if (load.ofTransactions + load.followedOfTransactions > 0) this.#sideTransactions(load);
  }
}
