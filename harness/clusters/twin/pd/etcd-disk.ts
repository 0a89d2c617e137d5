import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { bounds } from '../metrics/bounds.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { RoundTrip } from '../hosts/network.ts';
import { atLeast, later, type Shape } from '../metrics/shape.ts';
import type { Entry } from '../journal.ts';
import { jittered } from '../noise.ts';
import type { World } from '../world.ts';
import { goDuration } from './go-format.ts';
import type { PdServer } from './server.ts';

/** `tso-save-interval`: the leader writes down how far its timestamps may go this often. */
const saveEverySeconds = 5;
/** The clock loop turns every 50 ms and complains from three turns on; it stands still while the timestamp is saved. */
const offsetWarnMs: Millis = 150;
/** What etcd calls too long: an apply, an fsync, and a heartbeat of 500 ms that is a second late. */
const applyWarnMs: Millis = 100;
const syncWarnMs: Millis = 1_000;
const heartbeatWarnMs: Millis = 1_000;
/** Followers that hear nothing for an election timeout elect another: etcd's loop sends no heartbeat while it waits for its disk. */
const electionTimeoutMs: Millis = 3_000;

/** What a member's etcd asks of its disk, and what it says and loses when that is late. */
export class EtcdDisk {
  readonly #world: World;
  readonly #server: PdServer;
  readonly #random: Random;
  readonly #fsync: Histogram;
  readonly #commit: Histogram;
  #seconds = 0;
  /** Since when a sync is under way that does not end. */
  #stuckSinceMs: Millis | undefined;

  constructor(world: World, server: PdServer) {
    this.#world = world;
    this.#server = server;
    this.#random = world.random.fork(`etcd-disk-${server.name}`);
    const { registry } = server.metrics;
    this.#fsync = registry.histogram('etcd_disk_wal_fsync_duration_seconds', bounds.etcdDisk);
    this.#commit = registry.histogram('etcd_disk_backend_commit_duration_seconds', bounds.etcdDisk);
  }

  /** A second's work: so many writes, on the leader each of them a transaction. */
  second(writes: number, leads: boolean): void {
    if (this.#lookAtStall()) return;
    const sync = this.#server.host.disk.syncShape();
    this.#fsync.observeShape(sync, writes);
    this.#commit.observeShape({ ...sync, medianMs: sync.medianMs * 1.4 }, writes);
    const trip = leads ? this.#majorityTrip() : undefined;
    const transaction = transactionOf(sync);
    if (leads) this.#server.metrics.transactions.observeShape(trip ? later(atLeast(transaction, trip.addedMs), trip.wait) : transaction, writes);
    const syncMs = Math.round(jittered(this.#random, sync.fixedMs + sync.medianMs, 0.05));
    const saveMs = syncMs + (trip?.addedMs ?? 0);
    if (this.#seconds++ % saveEverySeconds === 0 && writes > 0 && saveMs >= applyWarnMs) this.#complain(leads, { syncMs, saveMs });
  }

  /** Until as many others as make a majority with this member have answered; undefined while no link is late. */
  #majorityTrip(): RoundTrip | undefined {
    const { alive, servers } = this.#world.pd.members;
    if (!servers.some(({ host }) => host.network.impaired)) return undefined;
    const own = this.#server.host.network;
    const trips = alive.filter((other) => other !== this.#server).map(({ host }) => own.roundTripTo(host.network));
    return trips.sort((a, b) => a.addedMs - b.addedMs || a.lostShare - b.lostShare)[Math.floor(servers.length / 2) - 1];
  }

  /** A disk that hangs completes nothing; what was under way is one sync that took as long as that. */
  #lookAtStall(): boolean {
    const { engine: { nowMs }, pd: { members } } = this.#world;
    const { hung } = this.#server.host.disk;
    if (hung && this.#stuckSinceMs === undefined) {
      this.#stuckSinceMs = nowMs;
      members.stuck(this.#server);
    } else if (!hung && this.#stuckSinceMs !== undefined) {
      const tookMs = nowMs - this.#stuckSinceMs;
      this.#stuckSinceMs = undefined;
      this.#fsync.observe(tookMs / 1_000);
      if (tookMs >= syncWarnMs) this.#warn('wal.go:805', 'slow fdatasync', [['took', goDuration(tookMs)], ['expected-duration', '1s']]);
      members.unstuck(this.#server);
    }
    return hung;
  }

  #complain(leads: boolean, { syncMs: tookMs, saveMs }: { readonly syncMs: Millis; readonly saveMs: Millis }): void {
    const etcdLeads = this.#world.pd.members.etcdLeader === this.#server;
    if (tookMs >= syncWarnMs) this.#warn('wal.go:805', 'slow fdatasync', [['took', goDuration(tookMs)], ['expected-duration', '1s']]);
    if (etcdLeads && tookMs >= heartbeatWarnMs) this.#warn('raft.go:369', 'leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk', [
      ['to', this.#server.memberHex], ['heartbeat-interval', '500ms'], ['expected-duration', '1s'], ['exceeded-duration', goDuration(Math.max(1, tookMs - heartbeatWarnMs))],
    ]);
    if (leads) this.#saveLate(saveMs);
    if (etcdLeads && tookMs >= electionTimeoutMs) this.#world.pd.members.overdue(this.#server);
  }

  #saveLate(tookMs: Millis): void {
    this.#warn('util.go:170', 'apply request took too long', [
      ['took', goDuration(tookMs)], ['expected-duration', '100ms'], ['prefix', 'read-only range '], ['request', `key:"/pd/${this.#world.pd.clusterId}/timestamp" `], ['response', 'range_response_count:1 size:66'],
    ]);
    if (tookMs < offsetWarnMs) return;
    this.#server.log(clockOffsetLine(tookMs, this.#world.engine.nowMs));
  }

  #warn(source: string, message: string, fields: readonly (readonly [string, string])[]): void {
    this.#server.log({ level: 'WARN', source, message, fields });
  }
}

/** A transaction waits for the leader's own sync: etcd takes up what the followers acknowledged only after it. */
const transactionOf = (sync: Shape): Shape => ({ ...sync, medianMs: sync.medianMs + 2 });

/** PD's loop of its clock turned so late. */
export const clockOffsetLine = (lagMs: Millis, nowMs: Millis): Entry => ({
  level: 'WARN', source: 'tso.go:351', message: 'clock offset',
  fields: [['jet-lag', goDuration(lagMs)], ['prev-physical', stampOf(nowMs - lagMs)], ['now', stampOf(nowMs)], ['update-physical-interval', '50ms']],
});

/** `2026/01/05 08:00:00.250 +00:00`. */
const stampOf = (atMs: Millis): string => `${new Date(atMs).toISOString().slice(0, 23).replace('T', ' ').replaceAll('-', '/')} +00:00`;
