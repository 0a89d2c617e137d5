import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import { bounds } from '../metrics/bounds.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { Shape } from '../metrics/shape.ts';
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
    if (leads) this.#server.metrics.transactions.observeShape(transactionOf(sync), writes);
    const tookMs = Math.round(jittered(this.#random, sync.fixedMs + sync.medianMs, 0.05));
    if (this.#seconds++ % saveEverySeconds === 0 && writes > 0 && tookMs >= applyWarnMs) this.#complain(tookMs, leads);
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

  #complain(tookMs: Millis, leads: boolean): void {
    const etcdLeads = this.#world.pd.members.etcdLeader === this.#server;
    if (tookMs >= syncWarnMs) this.#warn('wal.go:805', 'slow fdatasync', [['took', goDuration(tookMs)], ['expected-duration', '1s']]);
    if (etcdLeads && tookMs >= heartbeatWarnMs) this.#warn('raft.go:369', 'leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk', [
      ['to', this.#server.memberHex], ['heartbeat-interval', '500ms'], ['expected-duration', '1s'], ['exceeded-duration', goDuration(Math.max(1, tookMs - heartbeatWarnMs))],
    ]);
    if (leads) this.#saveLate(tookMs);
    if (etcdLeads && tookMs >= electionTimeoutMs) this.#world.pd.members.overdue(this.#server);
  }

  #saveLate(tookMs: Millis): void {
    this.#warn('util.go:170', 'apply request took too long', [
      ['took', goDuration(tookMs)], ['expected-duration', '100ms'], ['prefix', 'read-only range '], ['request', `key:"/pd/${this.#world.pd.clusterId}/timestamp" `], ['response', 'range_response_count:1 size:66'],
    ]);
    if (tookMs < offsetWarnMs) return;
    const { nowMs } = this.#world.engine;
    this.#warn('tso.go:351', 'clock offset', [['jet-lag', goDuration(tookMs)], ['prev-physical', stampOf(nowMs - tookMs)], ['now', stampOf(nowMs)], ['update-physical-interval', '50ms']]);
  }

  #warn(source: string, message: string, fields: readonly (readonly [string, string])[]): void {
    this.#server.log({ level: 'WARN', source, message, fields });
  }
}

/** A transaction waits for the leader's own sync: etcd takes up what the followers acknowledged only after it. */
const transactionOf = (sync: Shape): Shape => ({ ...sync, medianMs: sync.medianMs + 2 });

/** `2026/01/05 08:00:00.250 +00:00`. */
const stampOf = (atMs: Millis): string => `${new Date(atMs).toISOString().slice(0, 23).replace('T', ' ').replaceAll('-', '/')} +00:00`;
