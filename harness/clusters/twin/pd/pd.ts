import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Host } from '../hosts/host.ts';
import { releases } from '../hosts/releases.ts';
import { type Entry, logTime } from '../journal.ts';
import type { Registry } from '../metrics/registry.ts';
import { slowThreshold } from '../store/slow-score.ts';
import { storeRecord } from '../store/boot-lines.ts';
import { takeRates } from '../store/heartbeat.ts';
import type { Store } from '../store/store.ts';
import type { Peer } from '../raft/region.ts';
import type { World } from '../world.ts';
import { Arrivals } from './arrivals.ts';
import { Awakening } from './awakening.ts';
import { ClusterVersion } from './cluster-version.ts';
import { Checkers } from './checkers.ts';
import { Coordinator } from './coordinator.ts';
import { PdConfig } from './config.ts';
import { Departures } from './departures.ts';
import { PdMembers } from './members.ts';
import { MergeChecker } from './merge-checker.ts';
import { Operators } from './operators.ts';
import { Placement } from './placement.ts';
import { RegionReports } from './region-reports.ts';
import { defaultSchedulers, SchedulerController } from './schedulers/controller.ts';
import { goDuration } from './go-format.ts';
import { Timestamps } from './timestamps.ts';
import { PdServer } from './server.ts';
import type { RegionViews } from './region-views.ts';
import { StoreLimits } from './store-limits.ts';
import { isLowOnSpace, type StoreView, storeState, viewOf } from './views.ts';

/** PD takes ids from its store in lots of a thousand; these begin with a new lot. */
const idsAtOnce = 1_000;
/** Measured: stores find a new leader so late where they dialled the one before, and where every member said that there was none. */
const searchMs = { dialled: { least: 2_300, most: 3_200 }, missed: { least: 400, most: 1_100 } } as const;
/** A store that gets no answer from PD's leader asks again. */
const callAgainMs: Millis = 1_000;

/** The placement driver: what it knows, and the machinery that acts on it. All of it belongs to whichever member leads. */
export class Pd {
  readonly clusterId: string;
  bootstrapMs: Millis;
  /** How often a member began to lead. */
  terms = 0;
  /** Region reports that the leader passed on to its followers. */
  syncedRegions = 0;
  readonly timestamps = new Timestamps();
  readonly config: PdConfig;
  readonly members: PdMembers;
  readonly operators: Operators;
  readonly checkers: Checkers;
  readonly coordinator: Coordinator;
  readonly mergeChecker: MergeChecker;
  readonly placement: Placement;
  readonly storeLimits: StoreLimits;
  readonly arrivals: Arrivals;
  readonly departures: Departures;
  readonly schedulers: SchedulerController;
  readonly stores = new Map<number, StoreView>();
  readonly clusterVersion = new ClusterVersion(this);
  readonly reports: RegionReports;
  /** Stores whose leaders an evicting scheduler keeps away. */
  readonly pausedForLeaders = new Set<number>();
  readonly disabledSchedulers = new Set<string>();
  readonly #world: World;
  readonly #random: Random;
  readonly #awakening: Awakening;
  #lastId: number | undefined;

  constructor(world: World, hosts: readonly Host[], storeIds: readonly number[]) {
    this.#world = world;
    this.#awakening = new Awakening(world);
    this.#random = world.random.fork('pd');
    this.clusterId = `76${String(10 ** 8 + this.#random.below(9 * 10 ** 8))}${String(10 ** 7 + this.#random.below(9 * 10 ** 7))}`;
    this.bootstrapMs = world.engine.nowMs;
    this.config = new PdConfig(storeIds);
    this.members = new PdMembers(world, hosts.map((host) => new PdServer(world, host)));
    this.reports = new RegionReports(world);
    this.operators = new Operators(world);
    this.checkers = new Checkers(world);
    this.coordinator = new Coordinator(world);
    this.mergeChecker = new MergeChecker(world);
    this.placement = new Placement(world);
    this.storeLimits = new StoreLimits(world);
    this.arrivals = new Arrivals(world);
    this.departures = new Departures(world);
    this.schedulers = new SchedulerController(world);
  }

  /** Brings a cluster up that everybody has reported to. */
  begin(): void {
    for (const server of this.members.servers) server.wake();
    this.members.begin();
    this.schedulers.begin();
    this.reports.begin(this.#random);
    this.checkers.begin();
    this.mergeChecker.begin();
    this.departures.begin();
  }

  /** What PD knows of each region. */
  get regions(): RegionViews {
    return this.reports.views;
  }

  /** An id that nobody had. */
  newId(): number {
    this.#lastId ??= Math.ceil(Math.max(...this.#world.regions.map(({ id }) => id + 4)) / idsAtOnce) * idsAtOnce;
    return ++this.#lastId;
  }

  /** A replica that does not exist yet. */
  newPeer(storeId: number): Peer {
    return { id: this.newId(), storeId };
  }

  /** A member's clock jumped. The leader reckons by it how long stores have been silent, and its timestamps follow it, though never back. */
  clockJumped(server: PdServer, jumpMs: Millis, beforeMs: Millis): void {
    if (jumpMs < 0) return server.seesTimeGoBack(beforeMs);
    if (this.members.serving !== server) return;
    for (const view of this.stores.values()) if (view.lastHeartbeatMs > 0) view.lastHeartbeatMs -= jumpMs;
    server.log({
      level: 'WARN', source: 'tso.go:351', message: 'clock offset',
      fields: [['jet-lag', goDuration(jumpMs)], ['prev-physical', logTime(beforeMs)], ['now', logTime(beforeMs + jumpMs)], ['update-physical-interval', '50ms']],
    });
  }

  /** The leader's instruments; undefined while there is no leader. */
  get metrics(): Registry | undefined {
    return this.members.serving?.metrics.registry;
  }

  log(entry: Entry): void {
    this.members.serving?.log(entry);
  }

  /** A store announced itself. */
  putStore(store: Store): void {
    const known = this.stores.get(store.id);
    if (known) {
      known.startTimestampSeconds = store.startTimestampSeconds;
      known.stopping = false;
      known.version = store.version;
    } else this.#meet(store);
    this.log({ source: 'grpc_service.go:899', message: 'put store ok', fields: [['store', `${storeRecord(store, ':')} `]] });
    this.clusterVersion.look();
  }

  storeHeartbeat(store: Store): void {
    const view = this.stores.get(store.id);
    const leader = this.members.serving;
    if (!view || !leader) return;
    leader.metrics.storeHeartbeat(view);
    view.rates = takeRates(store, this.#world.engine.nowMs - view.lastHeartbeatMs);
    view.lastHeartbeatMs = this.#world.engine.nowMs;
    view.capacityBytes = store.host.disk.capacityBytes;
    view.slowScore = store.slowScore.value;
    view.networkScores = store.networkProbes.score.reported;
    this.#awakening.answer(store);
    view.busy = store.busy;
    view.usedBytes = store.reportedUsedBytes;
    view.availableBytes = store.reportedAvailableBytes;
    if (isLowOnSpace(view)) this.#logLowSpace(view);
    view.stopping = store.stopping;
  }

  /** Stores that PD believes to be there. */
  upStores(): StoreView[] {
    return [...this.stores.values()].filter((view) => storeState(view, this.#world.engine.nowMs, this.config.storeDownMs) === 'Up');
  }

  acceptsLeaders(view: StoreView): boolean {
    const up = storeState(view, this.#world.engine.nowMs, this.config.storeDownMs) === 'Up';
    return up && !view.busy && !view.stopping && (view.slowScore ?? 1) < slowThreshold && !this.pausedForLeaders.has(view.id);
  }

  acceptsLeadersOn(storeId: number): boolean {
    const view = this.stores.get(storeId);
    return view !== undefined && this.acceptsLeaders(view);
  }

  schedulerAdded(name: string): void {
    this.disabledSchedulers.delete(name);
    this.members.serving?.metrics.schedulerStatus(name, true);
  }

  schedulerRemoved(name: string): void {
    if (defaultSchedulers.includes(name)) this.disabledSchedulers.add(name);
    this.members.serving?.metrics.schedulerStatus(name, false);
  }

  /** Between leaders: stores cannot report. */
  leaderLost(): void {
    for (const store of this.#world.stores) {
      store.pdConnected = false;
      this.#world.pdClients.misses(store);
    }
    this.operators.forget();
  }

  /** A member starts to serve: it knows the stores from storage, with heartbeats that are minutes old. */
  leaderServes(server: PdServer, { missed }: { readonly missed: boolean }): void {
    const nowMs = this.#world.engine.nowMs;
    const takesOver = this.stores.size > 0;
    server.metrics.becomeLeader();
    this.coordinator.serves(server);
    if (!takesOver) return;
    for (const part of [this.mergeChecker, this.checkers]) part.leaderServes();
    for (const view of this.stores.values()) {
      view.lastHeartbeatMs = Math.min(view.lastHeartbeatMs, nowMs - 25_000);
      view.slowScore = undefined;
    }
    const { least, most } = searchMs[missed ? 'missed' : 'dialled'];
    for (const store of this.#world.stores) store.process.after(this.#random.between(least, most), () => this.#reconnect(store, server));
  }

  #reconnect(store: Store, server: PdServer): void {
    if (!this.members.leads(server)) return;
    // It sleeps just now: whoever calls it calls again.
    if (this.members.serving !== server) return store.process.after(callAgainMs, () => this.#reconnect(store, server));
    if (this.members.found !== server) return;
    store.pdConnected = true;
    this.#world.pdClients.found(store, server);
    // A store that found PD again reports every region that it leads, awake or not.
    for (const region of this.#world.index.of(store.id).led.items) this.reports.report(region);
  }

  #logLowSpace({ id, capacityBytes, availableBytes }: StoreView): void {
    this.log({
      level: 'WARN', source: 'cluster.go:1086', message: 'store does not have enough disk space',
      fields: [['store-id', id], ['capacity', capacityBytes], ['available', availableBytes]],
    });
  }

  /** A store announces itself for the first time. */
  #meet(store: Store): void {
    this.stores.set(store.id, viewOf(store, this.#world.engine.nowMs));
    if (!store.isNew) return;
    this.log({ source: 'util.go:50', message: 'load pd and cluster version', fields: [['pd-version', releases.pd], ['cluster-version', this.clusterVersion.current]] });
    this.config.addStore(store.id);
    this.log({ source: 'cluster.go:2407', message: 'store limit added', fields: [['store-id', store.id]] });
    this.arrivals.watch(store.id);
  }
}
