import type { Millis } from '../../../../src/kernel/clock.ts';
import { bounds } from '../metrics/bounds.ts';
import { boundsOf } from '../metrics/facts.ts';
import type { RoundTrip } from '../hosts/network.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { later, type Shape, spreads } from '../metrics/shape.ts';
import type { Counter, Value } from '../metrics/instruments.ts';
import { CounterFamily, Family, type Registry } from '../metrics/registry.ts';
import type { Work } from '../metrics/work.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { ClusterGauges, leaderOnly, regionStatuses } from './cluster-gauges.ts';
import { Crowded } from './crowded.ts';
import { EtcdDisk } from './etcd-disk.ts';
import { commits } from './etcd-reads.ts';
import { GoRuntime, pace } from './meters/go-runtime.ts';
import { MemberMeters } from './meters/member.ts';
import { driver, patrolledPerSecond, workOf } from './meters/work.ts';
import type { PdServer } from './server.ts';
import { timestampsPerSecond } from './timestamps.ts';
import type { StoreView } from './views.ts';

const collectEveryMs = 10_000;
const tsoShape: Shape = { fixedMs: 0, medianMs: 0.04, spread: spreads.queue };
/** etcd tells the smoothed time of its probes, which a new one moves by an eighth; it probes each five seconds. */
const probe = { share: 0.125, everyMs: 5_000 } as const;
/** PD saves a timestamp every three seconds and hardly anything else, and each member writes it: 0.24 to 0.36 a second in all recordings. */
const etcdWritesPerSecond = 0.3;
const peerTripShape: Shape = { fixedMs: 0, medianMs: 0.6, spread: spreads.queue };

interface HeartbeatMeters {
  readonly took: Histogram;
  readonly latency: Histogram;
  readonly counters: readonly Counter[];
}

/** Measured in all recordings with stores: 0.10 to 0.15 and 0.02 to 0.035 of a core, whatever the load. */
const [leaderCores, followerCores] = [0.115, 0.026];

const heartbeatLatency = 'pd_scheduler_region_heartbeat_latency_seconds';

/** What one PD process exports: its own and its etcd's numbers always, the cluster's only while it leads. */
export class PdMetrics {
  readonly registry: Registry;
  readonly #world: World;
  readonly #server: PdServer;
  readonly #heartbeats = new Map<Store, HeartbeatMeters>();
  readonly #member: MemberMeters;
  readonly #runtime: GoRuntime;
  readonly #work: Work;
  #disk: EtcdDisk | undefined;
  #proposals = 0;
  readonly #crowded: Crowded | undefined;
  #cpuSeconds = 0;
  /** Leads because somebody else no longer does. */
  #tookOver = false;
  /** Found once; what counts every second would else look them up as often. */
  #tso: Histogram | undefined;
  #transactions: Histogram | undefined;
  readonly #tsoEvents = new CounterFamily((type) => this.registry.counter('pd_tso_events', { dc: 'global', group: '0', type }));
  readonly #roundTrips = new Map<PdServer, Histogram>();
  readonly #storeHeartbeats = new Map<StoreView, Histogram>();
  readonly #health = new Family<Value>((name) => this.registry.value('pd_cluster_health_status', { name }));
  /** While it leads, and until it notices that it does no longer. */
  #cluster: ClusterGauges | undefined;
  /** Whether its page has anything that only a leader shows. */
  #showsCluster = true;

  constructor(world: World, server: PdServer) {
    this.#world = world;
    this.#server = server;
    this.registry = world.scraper.registryFor(server.host.id);
    this.#exportProcess();
    this.#exportEtcd();
    for (const type of ['save', 'system_time_slow']) this.registry.counter('pd_tso_events', { dc: 'global', group: '0', type });
    this.#member = new MemberMeters(world, server, this.registry);
    this.#runtime = new GoRuntime(this.registry, world.random.fork(`runtime-${server.host.id}-${server.process.pid}`));
    // What the merge checker counts itself is not counted along with the patrol.
    this.registry.counter('pd_checker_event_count', { name: 'recently-start', type: 'merge_checker' });
    this.#work = workOf(this.registry);
    this.#crowded = server.host.shared && new Crowded(world, server);
    server.process.every(1_000, 1_000, () => this.#second());
    server.process.every(collectEveryMs, 3_000, () => this.#tookOver && this.#leads ? undefined : this.#collect());
  }

  /** What the leader writes to its etcd. */
  get transactions(): Histogram {
    return (this.#transactions ??= this.registry.histogram('pd_txn_handle_txns_duration_seconds', bounds.pdTso, { result: 'success' }));
  }

  /** Makes what was counted in a minute stand for more. */
  age(times: number): void {
    this.#cpuSeconds *= times;
    this.#proposals *= times;
    this.#runtime.age(times);
    this.#work.age(times);
  }

  /** etcd lost its connections to a peer. */
  peerLost(other: PdServer): void {
    this.#member.peerLost(other);
  }

  /** From now on this member speaks for the cluster. */
  becomeLeader(): void {
    this.#showsCluster = true;
    this.#tookOver = this.#world.pd.terms > 0;
    const term = ++this.#world.pd.terms;
    if (this.#tookOver) this.#collectLater(term);
    else this.#collect();
  }

  /** The collection job starts with the office and looks for the first time when its first period is over. */
  #collectLater(term: number): void {
    this.#server.process.after(collectEveryMs, () => {
      if (!this.#leads || this.#world.pd.terms !== term) return;
      this.#collect();
      this.#collectLater(term);
    });
  }

  schedulerStatus(name: string, present: boolean): void {
    this.registry.set('pd_scheduler_status', { kind: name, type: 'allow' }, present ? 1 : 0);
  }

  storeHeartbeat(view: StoreView): void {
    let took = this.#storeHeartbeats.get(view);
    if (!took) this.#storeHeartbeats.set(view, (took = this.registry.histogram('pd_scheduler_handle_store_heartbeat_duration_seconds', bounds.pdHeartbeat, { address: view.address, store: String(view.id) })));
    took.observe(0.0003);
  }

  regionHeartbeat(store: Store): void {
    // A heartbeat of every region a minute, and more while they move: the instruments are looked up once for each store.
    let meters = this.#heartbeats.get(store);
    if (!meters) this.#heartbeats.set(store, (meters = this.#heartbeatMeters(store)));
    meters.took.observe(0.00018);
    // Leaders note the time in whole seconds, so only what is really late shows.
    meters.latency.observe(Math.floor(this.#server.host.network.roundTripTo(store.host.network).addedMs / 1_000));
    this.#work.add(driver.regionHeartbeat, 1);
    this.#world.pd.syncedRegions++;
    for (const counter of meters.counters) counter.add(1);
  }

  #heartbeatMeters(store: Store): HeartbeatMeters {
    const labels = { address: store.address, store: String(store.id) };
    const took = this.registry.histogram('pd_scheduler_handle_region_heartbeat_duration_seconds', bounds.pdHeartbeat, labels);
    const counters = ['recv', 'ok'].map((status) => this.registry.counter('pd_scheduler_region_heartbeat', { ...labels, status, type: 'report' }));
    const latency = this.registry.histogram(heartbeatLatency, boundsOf(heartbeatLatency), labels);
    return { took, latency, counters: [...counters, this.registry.counter('pd_cluster_region_event', { event: 'update_cache' })] };
  }

  get #leads(): boolean {
    return this.#world.pd.members.serving === this.#server;
  }

  #collect(): void {
    if (this.#leads) (this.#cluster ??= new ClusterGauges(this.#world, this.registry)).collect();
    else if (this.#showsCluster) this.forgetCluster();
    for (const { name, ready, process } of this.#world.pd.members.servers) this.#health.of(name).set(ready && process.state === 'running' ? 1 : 0);
  }

  /** A follower exports no store, and zero for every kind of region. */
  forgetCluster(): void {
    this.registry.forget(leaderOnly);
    this.#cluster = undefined;
    this.#showsCluster = false;
    for (const type of regionStatuses) this.registry.set('pd_regions_status', { type }, 0);
  }

  /** Every second: timestamps for the transactions' world, and etcd's own writes. */
  #second(): void {
    const writes = this.#server.host.disk.hung || !commits(this.#world.pd.members) ? 0 : etcdWritesPerSecond;
    this.#disk ??= new EtcdDisk(this.#world, this.#server);
    this.#disk.second(writes, this.#leads);
    this.#proposals += writes;
    this.#crowded?.second(writes, { leads: this.#leads, index: Math.floor(this.#proposals) });
    this.#member.second(this.#proposals);
    this.#runtime.second(this.#leads ? pace.leader : pace.follower, this.#world.engine.nowMs);
    this.#work.add(driver.second, 1);
    if (this.#leads) {
      this.#work.add(driver.leaderSecond, 1);
      const timestamps = timestampsPerSecond(this.#world.traffic.load);
      this.#work.add(driver.timestampRequest, timestamps);
      const patrolled = patrolledPerSecond(this.#world.regions.length);
      this.#work.add(driver.patrolledRegion, patrolled);
      this.#world.pd.mergeChecker.count(patrolled);
      this.#tso ??= this.registry.histogram('pd_server_handle_tso_duration_seconds', bounds.pdTso);
      this.#tso.observeShape(tsoShape, timestamps);
      this.#tsoEvents.of(this.#world.pd.timestamps.follow(this.#world.engine.nowMs + this.#server.host.clock.offsetMs)).add(20);
    }
    for (const other of this.#world.pd.members.running) {
      if (other !== this.#server) this.#roundTripsTo(other).observeShape(plusTrip(peerTripShape, this.#server.host.network.roundTripTo(other.host.network), this.#echoOf(other)), 0.07);
    }
    this.#useCpu(this.#leads ? leaderCores : followerCores);
    this.#server.host.disk.writtenBytes += 8_192;
  }

  #useCpu(cores: number): void {
    const { cpu } = this.#server.host;
    cpu.demand({ must: cores, waking: 0 });
    const usedSeconds = Math.min(cores, cpu.available);
    this.#cpuSeconds += usedSeconds;
    cpu.usedSeconds += usedSeconds;
  }

  /** What is left of the one probe that a peer answered only when it was resumed. */
  #echoOf({ pausedMs, resumedMs }: PdServer): Millis {
    const probes = Math.floor((this.#world.engine.nowMs - resumedMs) / probe.everyMs);
    return resumedMs <= pausedMs || probes > 200 ? 0 : (resumedMs - pausedMs) * probe.share * (1 - probe.share) ** probes;
  }

  #roundTripsTo(other: PdServer): Histogram {
    let found = this.#roundTrips.get(other);
    if (!found) this.#roundTrips.set(other, (found = this.registry.histogram('etcd_network_peer_round_trip_time_seconds', bounds.etcdRoundTrip, { To: other.memberHex })));
    return found;
  }

  #exportProcess(): void {
    const gauge = (name: string, read: () => number, labels = {}) => this.registry.gauge(name, labels, read);
    gauge('process_start_time_seconds', () => Math.round(this.#server.process.startedMs / 10) / 100);
    gauge('process_cpu_seconds_total', () => Math.round(this.#cpuSeconds * 100) / 100);
    gauge('process_resident_memory_bytes', () => this.#runtime.residentBytes);
    this.registry.set('process_max_fds', {}, 20_000);
    gauge('pd_server_info', () => Math.floor(this.#server.process.startedMs / 1000), { hash: '9c9a8c8a25684b3516e11bc92922df99302c9c46', version: 'v8.5.5' });
    gauge('service_member_role', () => (this.#leads ? 1 : 0), { service: 'PD' });
    gauge('pd_tso_role', () => (this.#leads ? 1 : 0), { dc: 'global', group: '0' });
  }

  #exportEtcd(): void {
    const members = () => this.#world.pd.members;
    const gauge = (name: string, read: () => number, labels = {}) => this.registry.gauge(name, labels, read);
    gauge('etcd_server_has_leader', () => (members().etcdLeader ? 1 : 0));
    gauge('etcd_server_is_leader', () => (members().etcdLeader === this.#server ? 1 : 0));
    gauge('etcd_server_leader_changes_seen_total', () => this.#server.leaderChanges);
    gauge('etcd_server_proposals_committed_total', () => Math.floor(this.#proposals));
    gauge('etcd_server_proposals_applied_total', () => Math.floor(this.#proposals));
    gauge('etcd_server_proposals_pending', () => (this.#server.host.disk.hung ? 1 : 0));
    this.registry.set('etcd_server_proposals_failed_total', {}, 0);
    this.registry.set('etcd_mvcc_db_total_size_in_bytes', {}, 155_648);
  }
}

const plusTrip = (shape: Shape, { addedMs, wait }: RoundTrip, echoMs: Millis): Shape => (addedMs + echoMs === 0 && wait === undefined ? shape : later({ ...shape, fixedMs: shape.fixedMs + addedMs + echoMs }, wait));
