import type { Millis } from '../../../../../src/kernel/clock.ts';
import type { Random } from '../../../../../src/kernel/random.ts';
import { boundsOf } from '../../metrics/facts.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import { spreadOf } from '../../metrics/shape.ts';
import { Family, type Registry } from '../../metrics/registry.ts';
import { arrivals, jittered, normal, toMicrosecond } from '../../noise.ts';
import type { World } from '../../world.ts';
import type { PdServer } from '../server.ts';
import { patrolSeconds } from './work.ts';

const latency = 'pd_server_etcd_endpoint_latency_seconds';
const source = 'server-etcd-client';
/** PD's etcd client asks each endpoint for its health every ten seconds; measured 3 ms on the whole. */
const healthSeconds = 10;
const healthShape = { fixedMs: 0, medianMs: 2.2, spread: spreadOf(0.9) };
/** `quota-backend-bytes` of PD's etcd: 8 GiB. */
const quotaBytes = 2 ** 33;
/** A leader of etcd goes on sending heartbeats to a peer that is not there; measured 19 a second. */
const lostPerSecond = 19;
/** PD's leader takes ids from etcd by the thousand. */
const idBlock = 1_000;
/** A timestamp's physical part is renewed every 50 ms by a timer that is now and then late; by how much in recordings/tikv-baseline. */
const tso = { everyMs: 50, gapMs: 49.6, lateMs: 0.9 } as const;
/** How much one patrol differs from the next, seen in the same recording. */
const patrolScatter = 0.08;
/** Files and connections that a member has open: those of all, those that a leader has besides, and those of whoever just asks (recordings/tikv-baseline). */
const descriptors = { all: 62, leader: 5, asking: { leader: 0.15, follower: 0.01 } } as const;

/** What a PD member shows of itself, its peers and its etcd, besides what it counts in proportion to its work. */
export class MemberMeters {
  readonly #world: World;
  readonly #server: PdServer;
  readonly #registry: Registry;
  readonly #random: Random;
  readonly #latencies = new Family<Histogram>((endpoint) => this.#registry.histogram(latency, boundsOf(latency), { endpoint, source }));
  #seconds = 0;
  #state = { index: 0, term: 0 };

  constructor(world: World, server: PdServer, registry: Registry) {
    this.#world = world;
    this.#server = server;
    this.#registry = registry;
    this.#random = world.random.fork(`member-${server.host.id}-${server.process.pid}`);
    this.#exportPeers();
    this.#exportLeader();
    this.#exportMachine();
  }

  /** Lives for a second; `index` is the newest that etcd applied. */
  second(index: number): void {
    this.#seconds++;
    if (this.#seconds % healthSeconds === 0) for (const { clientUrl } of this.#world.pd.members.servers) {
      this.#latencies.of(clientUrl).observeShape(healthShape, 1);
    }
    if (this.#seconds % 60 === 0) this.#state = { index: Math.floor(index), term: this.#server.etcdTerm };
    if (this.#world.pd.members.etcdLeader !== this.#server) return;
    for (const other of this.#others()) if (other.process.state === 'exited') this.#lostMessages(other).add(lostPerSecond);
  }

  /** A peer's connections broke. */
  peerLost(other: PdServer): void {
    this.#registry.counter('etcd_network_disconnected_peers_total', { Local: this.#server.memberHex, Remote: other.memberHex }).add(1);
    this.#lostMessages(other).add(7);
  }

  #lostMessages(other: PdServer) {
    return this.#registry.counter('etcd_network_peer_sent_failures_total', { To: other.memberHex });
  }

  #others(): PdServer[] {
    return this.#world.pd.members.servers.filter((each) => each !== this.#server);
  }

  #exportPeers(): void {
    const gauge = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => this.#registry.gauge(name, labels, read);
    for (const other of this.#others()) gauge('etcd_network_active_peers', { Local: this.#server.memberHex, Remote: other.memberHex }, () => (other.process.state === 'exited' ? 0 : 1));
    const { servers } = this.#world.pd.members;
    const reached = (server: PdServer) => server.process.state !== 'exited';
    gauge('pd_server_etcd_client', { source, type: 'endpoint' }, () => servers.filter(reached).length);
    for (const server of servers) gauge('pd_server_etcd_client', { source, type: server.clientUrl }, () => (reached(server) ? 1 : 0));
    for (const type of ['appliedIndex', 'committedIndex'] as const) gauge('pd_server_etcd_state', { type }, () => this.#state.index);
    gauge('pd_server_etcd_state', { type: 'term' }, () => this.#state.term);
    this.#registry.set('etcd_server_quota_backend_bytes', {}, quotaBytes);
    this.#registry.set('etcd_server_heartbeat_send_failures_total', {}, 0);
  }

  #exportLeader(): void {
    const leads = () => this.#world.pd.members.serving === this.#server;
    const { pd } = this.#world;
    const leader = (name: string, labels: Readonly<Record<string, string>>, read: () => number) => this.#registry.gauge(name, labels, () => (leads() ? read() : 0));
    leader('pd_cluster_id', { type: 'idalloc' }, () => idBlock * pd.terms);
    leader('pd_cluster_tso', { dc: 'global', group: '0', type: 'tso' }, () => pd.timestamps.physicalMs + Math.floor(Math.max(0, this.#aheadMs) / tso.everyMs) * tso.everyMs);
    leader('pd_cluster_tso_gap_millionseconds', { dc: 'global', group: 'group' }, () => (this.#aheadMs < 0 ? this.#aheadMs : Math.round(tso.gapMs + normal(this.#random) * tso.lateMs)));
    leader('pd_checker_patrol_regions_time', {}, () => toMicrosecond(jittered(this.#random, patrolSeconds(this.#world.regions.length, this.#server.host.cpu.slowdown), patrolScatter)));
    leader('pd_scheduling_allowance_status', { kind: 'halt-scheduling' }, () => (pd.config.halted ? 1 : 0));
    const synced = (type: string, read: () => number) => this.#registry.gauge('pd_region_syncer_status', { type }, read);
    synced('first_index', () => 0);
    synced('sync_index', () => pd.syncedRegions);
    synced('last_index', () => Math.floor(pd.syncedRegions / 100) * 100);
  }

  /** How far its clock is ahead of the physical part of the newest timestamp; behind it after the clock was set back. */
  get #aheadMs(): Millis {
    return this.#world.engine.nowMs + this.#server.host.clock.offsetMs - this.#world.pd.timestamps.physicalMs;
  }

  #exportMachine(): void {
    this.#registry.gauge('process_open_fds', {}, () => {
      const leads = this.#world.pd.members.serving === this.#server;
      return descriptors.all + (leads ? descriptors.leader : 0) + arrivals(this.#random, descriptors.asking[leads ? 'leader' : 'follower']);
    });
    this.#registry.gauge('pd_service_maxprocs', {}, () => Math.max(1, Math.floor(this.#server.host.cpu.allowed)));
    this.#registry.gauge('pd_service_memory_quota_bytes', {}, () => this.#server.host.memory.availableBytes);
    this.#registry.set('process_virtual_memory_bytes', {}, 11_070_570_496);
  }
}
