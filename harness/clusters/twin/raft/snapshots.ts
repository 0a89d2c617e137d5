import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { type Peer, type Region, peerOn } from './region.ts';
import { SnapshotMeters } from './snapshot-meters.ts';
import { appliedLine, failedLine, replicateLines, requestLine, savedLines, sentLines, snapshotKey, startLines } from './snapshot-lines.ts';

const mib = 2 ** 20;
/** Measured in recordings/tikv-region-imbalance: 2.49 MB were scanned in 30 ms, sent as 1.58 MB in 14 ms, and taken in within 18 ms. */
const scanBytesPerSecond = 84_000_000;
const applyBytesPerSecond = 141_000_000;
const packedShare = 0.63;
/** `server.snap-io-max-bytes-per-sec`. */
const sendBytesPerSecond = 100 * mib;
/** A replica that could not be given its snapshot is tried again when the leader hears of it next. */
const retryMs = 10_000;

interface Transfer {
  readonly region: Region;
  readonly leader: Store;
  readonly target: Store;
  readonly to: Peer;
}

/**
 * Whole copies of a region, for a replica that is new or needs more than the log still has. Reading, sending and taking
 * in cost what their bytes cost on the disks and the link; each store reads and takes in one at a time.
 */
export class Snapshots {
  readonly #world: World;
  readonly #meters = new SnapshotMeters();
  readonly #freeAtMs = new Map<string, Millis>();
  /** Replicas that no log entry can help, by region: the stores that wait for a copy, and whether they had data before. */
  readonly #owed = new Map<Region, Map<number, boolean>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether this store's replica has no data yet, so that no log entry can help it. */
  owes(region: Region, storeId: number): boolean {
    return this.#owed.get(region)?.has(storeId) ?? false;
  }

  /** A new leader leads: whoever waits for a copy asks it anew. */
  ledBy(region: Region): void {
    for (const [storeId, again] of this.#owed.get(region) ?? []) {
      const to = peerOn(region, storeId);
      if (to) this.begin(region, to, again);
      else this.#settle(region, storeId);
    }
  }

  /** Whoever left the group waits for nothing any more. */
  forget(region: Region): void {
    for (const storeId of this.#owed.get(region)?.keys() ?? []) if (!peerOn(region, storeId)) this.#settle(region, storeId);
  }

  /** A replica without data appeared in the group, or one has been away for longer than the log goes back: it is behind until the copy is in. */
  begin(region: Region, to: Peer, again = false): void {
    region.pending.add(to.storeId);
    this.#owed.set(region, (this.#owed.get(region) ?? new Map<number, boolean>()).set(to.storeId, again));
    const leader = this.#world.storeOf(region.leader);
    const target = this.#world.storeOf(to.storeId);
    const leads = leader && peerOn(region, leader.id);
    if (!leader || !target || !leads) return;
    this.#world.links.meet(leader, target);
    if (!this.#reaches(leader, target)) return this.#later(region, to);
    target.process.after(1, () => target.logAll(replicateLines(region, to, leads)));
    leader.log(requestLine(region, leads, to));
    this.#meters.asked(leader);
    const bytes = region.sizeMib * mib;
    const scanMs = this.#turn(`read-${leader.id}`, (bytes / scanBytesPerSecond) * 1000 * leader.queue.cpuStretch);
    leader.process.after(scanMs.waitMs, () => this.#send({ region, leader, target, to }, { bytes: Math.round(bytes * packedShare), scanMs: scanMs.workMs }));
  }

  #send(transfer: Transfer, { bytes, scanMs }: { readonly bytes: number; readonly scanMs: Millis }): void {
    const { region, leader, target, to } = transfer;
    if (!this.#holds(transfer)) return this.#later(region, to);
    const leads = peerOn(region, leader.id) as Peer;
    leader.logAll(startLines(region, { leader: leads, to }, { bytes, scanMs }));
    this.#meters.generated(leader, { bytes: region.sizeMib * mib, packedBytes: bytes, spanMs: scanMs });
    const trip = leader.host.network.roundTripTo(target.host.network);
    const { waitMs, workMs } = this.#turn(`send-${leader.id}`, (bytes / sendBytesPerSecond) * 1000 + trip.baseMs + trip.addedMs);
    const key = snapshotKey(region);
    leader.process.after(waitMs, () => {
      if (!this.#holds(transfer)) {
        leader.log(failedLine(region, target.address));
        return this.#later(region, to);
      }
      leader.logAll(sentLines(region, { leader: leads, to }, { bytes, spanMs: workMs, key }));
      this.#meters.sent(leader, bytes);
      this.#receive(transfer, { key, packedBytes: bytes });
    });
  }

  #receive(transfer: Transfer, { key, packedBytes }: { readonly key: string; readonly packedBytes: number }): void {
    const { region, target, to } = transfer;
    this.#meters.received(target, packedBytes);
    target.logAll(savedLines(region, to, key));
    const bytes = region.sizeMib * mib;
    const rate = Math.min(applyBytesPerSecond, target.host.disk.bytesPerSecond);
    const { waitMs, workMs } = this.#turn(`apply-${target.id}`, (bytes / rate) * 1000 + 2 * target.host.disk.syncMs());
    const ended = this.#meters.takingIn(target);
    // A target that dies over it asks again when it is back.
    this.#later(region, to, waitMs + retryMs);
    target.process.after(waitMs, () => {
      ended();
      if (peerOn(region, to.storeId)?.id !== to.id || !this.owes(region, to.storeId)) return;
      target.log(appliedLine(region, workMs));
      this.#meters.tookIn(target, workMs);
      if (!this.#owed.get(region)?.get(to.storeId)) target.usedBytes += bytes;
      region.pending.delete(to.storeId);
      this.#settle(region, to.storeId);
      const leader = this.#world.storeOf(region.leader);
      if (leader) this.#world.logs.caughtUp(region, leader, target);
      this.#world.pd.reports.report(region);
    });
  }

  /** Whether leader, target and replica are still what they were. */
  #holds({ region, leader, target, to }: Transfer): boolean {
    return region.leader === leader.id && peerOn(region, to.storeId)?.id === to.id && this.#reaches(leader, target);
  }

  #reaches(leader: Store, target: Store): boolean {
    return target.serving && target.process.state === 'running' && this.#world.links.carries(leader, target);
  }

  #later(region: Region, to: Peer, spanMs = retryMs): void {
    this.#world.engine.after(spanMs, () => {
      if (peerOn(region, to.storeId)?.id === to.id && this.owes(region, to.storeId)) this.begin(region, to, this.#owed.get(region)?.get(to.storeId));
    });
  }

  #settle(region: Region, storeId: number): void {
    const owed = this.#owed.get(region);
    owed?.delete(storeId);
    if (owed?.size === 0) this.#owed.delete(region);
  }

  /** The next turn of something that serves one at a time: how long until it is done, and how long it works itself. */
  #turn(who: string, spanMs: number): { readonly waitMs: Millis; readonly workMs: Millis } {
    const { nowMs } = this.#world.engine;
    const workMs = Math.max(1, Math.round(spanMs));
    const doneMs = Math.max(nowMs, this.#freeAtMs.get(who) ?? 0) + workMs;
    this.#freeAtMs.set(who, doneMs);
    return { waitMs: doneMs - nowMs, workMs };
  }
}
