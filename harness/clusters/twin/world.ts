import type { Millis } from '../../../src/kernel/clock.ts';
import { Random } from '../../../src/kernel/random.ts';
import type { MetricSink } from '../../telemetry/contract.ts';
import type { ClusterSpec } from '../contract.ts';
import { Traffic } from './clients/traffic.ts';
import { writtenBytesEach } from './clients/values.ts';
import { watchClocks } from './clocks.ts';
import { Engine } from './engine.ts';
import { exportHost } from './hosts/exporter.ts';
import { Host } from './hosts/host.ts';
import { releases } from './hosts/releases.ts';
import { Journal, type LogSink } from './journal.ts';
import { Scraper } from './metrics/scraper.ts';
import { Pd } from './pd/pd.ts';
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
import { ResolvedTs } from './resolved/resolved-ts.ts';
import { PdClients } from './store/pd-client.ts';
import { startRoutine } from './routine.ts';
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

const gib = 2 ** 30;
/** What a PD member keeps on its disk. */
const pdBytes = 200 * 2 ** 20;

/** One cluster with everything in it. Its parts find each other here; only {@link World.begin} knows the order of their birth. */
export class World {
  readonly engine: Engine;
  readonly random: Random;
  readonly journal: Journal;
  readonly scraper: Scraper;
  readonly hosts: readonly Host[];
  readonly stores: readonly Store[];
  readonly index = new RegionIndex();
  readonly links: Links;
  readonly logs: LogFlow;
  readonly hibernation: Hibernation;
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
  #changed = new Set<Store>();
  #revision = 0;
  readonly #storesById: ReadonlyMap<number, Store>;

  constructor(spec: WorldSpec) {
    this.engine = new Engine(spec.startMs);
    this.random = Random.fromSeed(spec.seed);
    this.journal = new Journal(this.engine, spec.logs);
    this.scraper = new Scraper(this.engine, spec.metrics);
    const hosts = { tikv: this.#hostsOf('tikv', spec.cluster), pd: this.#hostsOf('pd', spec.cluster) };
    this.hosts = [...hosts.pd, ...hosts.tikv];
    this.raft = new Elections(this);
    this.membership = new Membership(this);
    this.snapshots = new Snapshots(this);
    this.splits = new Splits(this, writtenBytesEach(spec.cluster.load));
    this.merges = new Merges(this);
    this.links = new Links(this);
    this.logs = new LogFlow(this);
    this.leases = new Leases(this.engine, (leader) => this.changed(this.storeOf(leader)));
    this.hibernation = new Hibernation(this);
    this.resolved = new ResolvedTs(this);
    this.index.onLead = (region, before) => this.resolved.leads(region, before);
    const storeIds = drawStoreIds(this.random.fork('store-ids'), hosts.tikv.length);
    this.pd = new Pd(this, hosts.pd, storeIds);
    this.pdClients = new PdClients(this);
    this.stores = hosts.tikv.map((host, at) => new Store(this, host, storeIds[at] as number));
    for (const [item, value] of Object.entries(spec.cluster.settings ?? {})) for (const store of this.stores) setItem(store.settings, item, value);
    this.#storesById = new Map(this.stores.map((store) => [store.id, store]));
    const regions = layRegions(
      this.random.fork('regions'), { storeIds, count: spec.cluster.regions, load: spec.cluster.load },
    );
    for (const region of regions) this.index.add(region);
    this.traffic = new Traffic(this, spec.cluster.load);
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

  hostOf(node: string): Host | undefined {
    return this.hosts.find((host) => host.id === node);
  }

  /** Brings everything up as it is after hours of life: leaders elected, regions reported, connections open. */
  begin(): void {
    this.pd.begin();
    for (const store of this.stores) store.wake();
    this.links.connectAll();
    this.traffic.start();
    this.splits.begin();
    startChatter(this);
    startRoutine(this);
    this.hibernation.begin();
    watchClocks(this);
  }

  #hostsOf(role: 'tikv' | 'pd', { roles, machine }: ClusterSpec): Host[] {
    return Array.from({ length: roles[role] ?? 0 }, (_, at) => {
      const id = `${role}-${at + 1}`;
      const random = this.random.fork(`host-${id}`);
      const host = new Host(
        this.engine,
        {
          id, role, baseSyncMs: Math.round(random.between(0.8, 1.3) * 1000) / 1000, diskBytes: (role === 'tikv' ? 100 : 20) * gib, cores: machine?.cores ?? 4, memoryBytes: 16 * gib,
          firstPid: 9_000 + random.below(20_000), version: releases[role],
        },
      );
      this.scraper.add(id, {
        process: host.process, job: role, instance: role === 'tikv' ? `${id}:20180` : `${id}:2379`,
        phaseMs: 100 + random.below(4_800), durationSeconds: Math.round(random.between(15, 60)) / 1000, slowdown: () => host.cpu.slowdown,
      });
      this.journal.stampBy(id, host.clock);
      this.#exportHost(host);
      return host;
    });
  }

  /** The machine's own exporter, a program of its own that no fault stops. */
  #exportHost(host: Host): void {
    const random = this.random.fork(`exporter-${host.id}`);
    const exporter = `${host.id}:9100`;
    this.scraper.add(exporter, {
      process: { state: 'running' }, job: 'overwritten-nodes', instance: exporter, phaseMs: 100 + random.below(4_800), durationSeconds: Math.round(random.between(8, 20)) / 1000, slowdown: () => 1,
    });
    let store: Store | undefined;
    exportHost(this.engine, host, this.scraper.registryFor(exporter), () => (store ??= this.stores.find((each) => each.host === host))?.usedBytes ?? pdBytes);
  }
}

/** PD hands ids to stores and peers from one counter, so a store's id says nothing about its node's number. */
function drawStoreIds(random: Random, count: number): number[] {
  const ids = Array.from({ length: count }, (_, at) => (at === 0 ? 1 : 3 + at));
  return random.shuffle(ids);
}
