import type { Millis } from '../../../src/kernel/clock.ts';
import { Random } from '../../../src/kernel/random.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { MetricSink } from '../../telemetry/contract.ts';
import type { ClusterSpec } from '../contract.ts';
import { Traffic } from './clients/traffic.ts';
import { valueBytesEach } from './clients/values.ts';
import { watchClocks } from './clocks.ts';
import { Engine } from './engine.ts';
import type { Host } from './hosts/host.ts';
import { Journal, type LogSink } from './journal.ts';
import { type Machine, makeMachine } from './machines.ts';
import { Scraper } from './metrics/scraper.ts';
import { Pd } from './pd/pd.ts';
import { AwakePeers } from './raft/awake-peers.ts';
import { CommitNewsBook } from './raft/commit-news.ts';
import { startChatter } from './raft/chatter.ts';
import { Elections } from './raft/elections.ts';
import { layRegions } from './raft/layout.ts';
import { Hibernation } from './raft/hibernation.ts';
import { Leases } from './raft/leases.ts';
import { Links } from './raft/links.ts';
import { Membership } from './raft/membership.ts';
import { Merges } from './raft/merges.ts';
import { LogFlow } from './raft/log-flow.ts';
import { RegionIndex } from './raft/region-index.ts';
import type { Region } from './raft/region.ts';
import { Snapshots } from './raft/snapshots.ts';
import { Splits } from './raft/splits.ts';
import { SharedCores } from './hosts/shared-cores.ts';
import { ResolvedTs } from './resolved/resolved-ts.ts';
import { PdClients } from './store/pd-client.ts';
import { startRoutine, startStoreRoutine } from './routine.ts';
import { Store } from './store/store.ts';
import { setItem } from './store/store-settings.ts';

/** What a world is made from. */
export interface WorldSpec {
  readonly cluster: ClusterSpec;
  readonly seed: number;
  readonly startMs: Millis;
  readonly metrics: MetricSink;
  readonly logs: LogSink;
}

/** One cluster with everything in it. Its parts find each other here; only {@link World.begin} knows the order of their birth. */
export class World {
  readonly engine: Engine;
  readonly random: Random;
  readonly journal: Journal;
  readonly scraper: Scraper;
  readonly index = new RegionIndex();
  readonly links: Links;
  readonly logs: LogFlow;
  readonly hibernation: Hibernation;
  readonly awake: AwakePeers;
  readonly commitNews: CommitNewsBook;
  readonly raft: Elections;
  readonly membership: Membership;
  readonly snapshots: Snapshots;
  readonly splits: Splits;
  readonly merges: Merges;
  readonly leases: Leases;
  readonly resolved: ResolvedTs;
  readonly pd: Pd;
  readonly pdClients: PdClients;
  readonly traffic: Traffic;
  /** So many followers of PD's leader know regions that never change from their storage alone. */
  readonly restartedFollowers: number;
  /** Which member's address is the only one that stores know; undefined where they know all. */
  readonly storesKnow: ClusterSpec['storesKnow'];
  readonly #cluster: ClusterSpec;
  readonly #hosts: Host[] = [];
  readonly #inventory: InventoryNode[] = [];
  readonly #spares: ReadonlyMap<string, Host>;
  readonly #stores: Store[] = [];
  readonly #storesById = new Map<number, Store>();
  #changed = new Set<Store>();
  #revision = 0;

  constructor(spec: WorldSpec) {
    this.engine = new Engine(spec.startMs);
    this.random = Random.fromSeed(spec.seed);
    this.journal = new Journal(this.engine, spec.logs);
    this.scraper = new Scraper(this.engine, spec.metrics);
    this.#cluster = spec.cluster;
    this.storesKnow = spec.cluster.storesKnow;
    this.restartedFollowers = spec.cluster.restartedFollowers ?? 0;
    const { roles, spares = {} } = spec.cluster;
    const { machine } = spec.cluster;
    const shared = machine && new SharedCores(machine);
    const machines = (role: 'tikv' | 'pd', first: number, count = 0): Machine[] => Array.from({ length: count }, (_, at) => makeMachine(this, { role, number: first + at, shared }));
    const begun = (role: 'tikv' | 'pd'): Host[] => machines(role, 1, roles[role]).map((machine) => (machine.watch(), machine.host));
    const hosts = { tikv: begun('tikv'), pd: begun('pd') };
    for (const host of [...hosts.pd, ...hosts.tikv]) this.#list(host);
    this.#spares = new Map(machines('tikv', hosts.tikv.length + 1, spares['tikv']).map((machine) => [machine.host.id, this.#standBy(machine)]));
    this.raft = new Elections(this);
    this.membership = new Membership(this);
    this.snapshots = new Snapshots(this);
    this.splits = new Splits(this, valueBytesEach(spec.cluster.load));
    this.merges = new Merges(this);
    this.links = new Links(this);
    this.logs = new LogFlow(this);
    this.leases = new Leases(this.engine, (leader) => this.changed(this.storeOf(leader)));
    this.hibernation = new Hibernation(this);
    this.awake = new AwakePeers(this);
    this.commitNews = new CommitNewsBook(this);
    this.resolved = new ResolvedTs(this);
    this.index.onLead = (region, before) => this.resolved.leads(region, before);
    const storeIds = drawStoreIds(this.random.fork('store-ids'), hosts.tikv.length);
    this.pd = new Pd(this, hosts.pd, storeIds);
    this.pdClients = new PdClients(this);
    hosts.tikv.forEach((host, at) => this.#add(new Store(this, host, storeIds[at] as number)));
    const regions = layRegions(
      this.random.fork('regions'), { storeIds, count: spec.cluster.regions, load: spec.cluster.load, keys: spec.cluster.keyCount },
    );
    for (const region of regions) this.index.add(region);
    this.traffic = new Traffic(this, spec.cluster.load);
  }

  /** Machines on which something runs, or did. */
  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  /** The same as an operator's inventory lists it; it grows with each store that joins. */
  get inventory(): readonly InventoryNode[] {
    return this.#inventory;
  }

  /** Stores that were ever started. */
  get stores(): readonly Store[] {
    return this.#stores;
  }

  /** Every region in order of ids. */
  get regions(): readonly Region[] {
    return this.index.all;
  }

  /** Counts the changes of processes and connections. */
  get revision(): number {
    return this.#revision;
  }

  /** A store's process or a connection of it changed: what was derived from them is derived again. Without a store, for all. */
  changed(store?: Store): void {
    this.#revision++;
    for (const each of store ? [store] : this.stores) this.#changed.add(each);
  }

  /** Stores for which that is so since this was asked last. */
  takeChanged(): ReadonlySet<Store> {
    const changed = this.#changed;
    if (changed.size > 0) this.#changed = new Set();
    return changed;
  }

  storeOf(id: number | null): Store | undefined {
    return id === null ? undefined : this.#storesById.get(id);
  }

  /** A machine, one that stands by among them. */
  hostOf(node: string): Host | undefined {
    return this.hosts.find((host) => host.id === node) ?? this.#spares.get(node);
  }

  /** Whether a node came after the cluster had been started. */
  hasJoined(node: string): boolean {
    return this.#spares.has(node);
  }

  /** Brings everything up as it is after hours of life: leaders elected, regions reported, connections open. */
  begin(): void {
    this.pd.begin();
    this.links.connectAll();
    for (const store of this.stores) store.wake();
    // A memtable that was filled for hours stands anywhere between two flushes, on each store elsewhere.
    for (const { node, levels } of this.stores) levels.settle(this.random.fork(`memtable-${node}`).unit());
    this.traffic.start();
    this.splits.begin();
    startChatter(this);
    startRoutine(this);
    this.hibernation.begin();
    watchClocks(this);
  }

  /** A machine for a store that is still to come. With its first start it is one of the cluster, is found by those who watch, and has its number from PD. */
  #standBy({ host, watch }: Machine): Host {
    host.process.empty(() => {
      this.#list(host);
      watch();
      const store = new Store(this, host, this.pd.newId(), { empty: true });
      this.#add(store);
      startStoreRoutine(this, store, this.random.fork(`routine-${host.id}`));
    });
    return host;
  }

  #list(host: Host): void {
    this.#hosts.push(host);
    this.#inventory.push({ node: host.id, role: host.role, host: host.id });
  }

  #add(store: Store): void {
    this.#stores.push(store);
    this.#storesById.set(store.id, store);
    for (const [item, value] of Object.entries(this.#cluster.settings ?? {})) setItem(store.settings, item, value);
  }
}

/** PD hands ids to stores and peers from one counter, so a store's id says nothing about its node's number. */
function drawStoreIds(random: Random, count: number): number[] {
  const ids = Array.from({ length: count }, (_, at) => (at === 0 ? 1 : 3 + at));
  return random.shuffle(ids);
}
