import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { commitLines, failedLine, finishedLines, notifyLine, prepareLine, refusedLine, rollbackLine, stayedLine, tryLine } from './merge-lines.ts';
import { OwnEntries, shapeOf } from './own-entries.ts';
import { type Peer, peerOn, type Region, type RegionShape } from './region.ts';

/** `raftstore.merge-check-tick-interval`: so often a region that gives way looks whether its neighbour can take it. */
const checkEveryMs: Millis = 2_000;
/** `raftstore.merge-max-log-gap`: a replica further behind than this keeps its region from merging. */
const logGapMax = 10;
type Command = 'prepare_merge' | 'commit_merge' | 'rollback_merge';

/**
 * Two neighbours become one. An entry in the log of the first one stops it (PrepareMerge): it refuses everybody and its version rises. An entry in
 * the log of the second one takes it in (CommitMerge), replica by replica on the same stores. Where the second one has changed meanwhile,
 * another entry lets the first one serve again (RollbackMerge). All of it needs the leaders and majorities that any write needs.
 */
export class Merges {
  readonly #world: World;
  readonly #random: Random;
  readonly #entries: OwnEntries;
  /** Regions whose neighbour has the entry that takes them in under way. */
  readonly #committing = new Set<Region>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('merges');
    this.#entries = new OwnEntries(world, this.#random);
  }

  /** PD's order arrives at the leader of the region that is to give way. */
  order(source: Region, target: Region): void {
    const leader = this.#world.storeOf(source.leader);
    if (!leader?.reachesPd) return;
    leader.process.after(this.#random.between(1, 5), () => {
      const peer = peerOn(source, leader.id);
      if (source.leader !== leader.id || !peer || target.peers.length === 0) return;
      leader.log(tryLine(source, target));
      if (source.merging !== undefined) return;
      if (this.#canPrepare(source, target, leader)) this.#after(source, leader, () => this.#prepare(source, target, leader));
      else leader.log(refusedLine(source, peer));
    });
  }

  #canPrepare(source: Region, target: Region, leader: Store): boolean {
    if (source.hasLog) this.#world.logs.bringUp(source);
    const caughtUp = source.peers.every(({ storeId }) => !source.lags(storeId) && (!source.hasLog || source.log.lag(leader.id, storeId) <= logGapMax));
    return caughtUp && target.merging === undefined && sameStores(source, target) && !this.#world.membership.busy(source) && this.#commands(source) === leader;
  }

  #prepare(source: Region, target: Region, leader: Store): void {
    if (source.merging !== undefined || target.peers.length === 0 || !this.#canPrepare(source, target, leader)) return;
    this.#write(source, leader, 'prepare_merge', (peer) => prepareLine(source, peer, target));
    source.version++;
    source.confVer++;
    source.merging = { target, version: target.version, confVer: target.confVer };
    this.#look(source);
  }

  /** Tries to go on, and again every two seconds until it could. */
  #look(source: Region): void {
    const { merging } = source;
    if (!merging) return;
    if (!this.#committing.has(source)) this.#goOn(source, merging.target);
    this.#world.engine.after(checkEveryMs, () => {
      if (source.merging === merging) this.#look(source);
    });
  }

  #goOn(source: Region, target: Region): void {
    if (this.#hasChanged(source, target)) return this.#rollBack(source);
    const giving = this.#commands(source);
    // Nobody writes to it any more, so a disk that hung when it stopped would never get the entry.
    if (giving) this.#world.logs.resend(source, giving);
    const leader = this.#commands(target);
    // Whoever leads the neighbour must have the entry that stopped the region.
    if (!leader || !peerOn(source, leader.id) || source.lags(leader.id) || !source.log.holdsCommitted(leader.id) || this.#world.membership.busy(target)) return;
    this.#committing.add(source);
    this.#after(target, leader, () => {
      this.#committing.delete(source);
      if (source.merging && !this.#hasChanged(source, target) && this.#commands(target) === leader) this.#commit(source, target, leader);
    });
  }

  #hasChanged({ merging }: Region, target: Region): boolean {
    return target.peers.length === 0 || target.version !== merging?.version || target.confVer !== merging.confVer;
  }

  #rollBack(source: Region): void {
    const leader = this.#commands(source);
    const { merging } = source;
    if (!leader) return;
    const peer = peerOn(source, leader.id) as Peer;
    leader.log(failedLine(source, peer));
    this.#after(source, leader, () => {
      if (source.merging !== merging || this.#commands(source) !== leader) return;
      this.#write(source, leader, 'rollback_merge', (each) => rollbackLine(source, each));
      source.version++;
      source.merging = undefined;
      leader.log(stayedLine(source, peer));
      this.#world.pd.reports.report(source);
    });
  }

  #commit(source: Region, target: Region, leader: Store): void {
    const before: RegionShape = { ...shapeOf(source) };
    this.#write(target, leader, 'commit_merge', (peer) => commitLines(target, peer, { source: before, entries: 0 }));
    const replicas = source.peers.map((peer) => ({ peer, store: this.#entries.hearer(target, peer), lags: source.lags(peer.storeId) }));
    const woke = this.#world.hibernation.wouldSleep(target) && !this.#world.hibernation.wouldSleep(source);
    this.#takeIn(source, target);
    if (woke) this.#wake(target);
    for (const { peer, store } of replicas) store?.process.after(this.#random.between(1, 4), () => store.logAll(finishedLines(before, peer, target)));
    // Whoever had not caught up with the one has not caught up with both.
    for (const { peer, lags } of replicas) if (lags) target.pending.add(peer.storeId);
    leader.log(notifyLine(target, peerOn(target, leader.id) as Peer, before));
    this.#world.pd.reports.merged(source, target, woke);
  }

  #takeIn(source: Region, target: Region): void {
    const { index, traffic, membership, snapshots, hibernation, resolved } = this.#world;
    traffic.merge(source, target);
    index.remove(source);
    target.version = Math.max(source.version, target.version) + 1;
    // The empty text is either end of the key space.
    if (target.endKey !== '' && target.endKey === source.startKey) target.endKey = source.endKey;
    else target.startKey = source.startKey;
    // What PD calls a mebibyte may be nothing.
    target.sizeMib = Math.max(1, (source.keys === 0 ? 0 : source.sizeMib) + (target.keys === 0 ? 0 : target.sizeMib));
    target.keys += source.keys;
    source.dissolve();
    membership.forget(source);
    snapshots.forget(source);
    hibernation.forget(source);
    resolved.forget(source);
  }

  /** It has traffic from now on. */
  #wake(target: Region): void {
    target.hibernated = false;
    this.#world.hibernation.forget(target);
  }

  /** The store that leads a region and can commit its entries; a full disk takes none of these. */
  #commands(region: Region): Store | undefined {
    const leader = this.#entries.leaderOf(region);
    return leader?.space.refusesWrites ? undefined : leader;
  }

  /** When an entry of this region is committed and applied; whoever dies over it leaves nothing behind. */
  #after(region: Region, leader: Store, act: () => void): void {
    this.#world.engine.after(this.#entries.commitMs(region, leader), act);
  }

  /** An entry of the region's own: written, spread, applied and counted on every replica that hears of it. */
  #write(region: Region, leader: Store, command: Command, lines: (peer: Peer) => ReturnType<typeof prepareLine> | readonly ReturnType<typeof prepareLine>[]): void {
    this.#world.logs.entry(region, leader);
    for (const peer of region.peers) {
      const store = this.#entries.hearer(region, peer);
      store?.logAll([lines(peer)].flat());
      for (const status of ['all', 'success']) store?.metrics.registry.counter('tikv_raftstore_admin_cmd_total', { status, type: command }).add(1);
    }
  }
}

/** Whether two regions have their replicas on the same stores, none of them between two configurations. */
const sameStores = (a: Region, b: Region): boolean =>
  a.peers.length === b.peers.length && a.peers.every(({ role, storeId }) => role === undefined && peerOn(b, storeId) !== undefined && peerOn(b, storeId)?.role === undefined);
