import type { Random } from '../../../../src/kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { applyLines, busyLines, destroyLines, notifyLine, proposeLine, tryLine } from './change-lines.ts';
import { changed, type ConfChange } from './conf-change.ts';
import { OwnEntries, shapeOf } from './own-entries.ts';
import { type Peer, type Region, peerOn } from './region.ts';

const mib = 2 ** 20;

/**
 * Who belongs to a group: the only place that changes a region's replicas. A change is an entry of the group's own log,
 * so it needs a leader that reaches a majority, takes as long as any write does, and only one can be under way.
 */
export class Membership {
  readonly #world: World;
  readonly #random: Random;
  readonly #entries: OwnEntries;
  readonly #underWay = new Set<Region>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('membership');
    this.#entries = new OwnEntries(world, this.#random);
  }

  /** PD's order arrives at the region's leader; nothing happens where it cannot. */
  order(region: Region, change: ConfChange): void {
    const leader = this.#world.storeOf(region.leader);
    if (!leader || !leader.reachesPd) return;
    leader.process.after(this.#random.between(1, 5), () => {
      const peer = peerOn(region, leader.id);
      if (region.leader !== leader.id || !peer) return;
      leader.log(tryLine(region, change));
      this.#propose(region, leader, change);
    });
  }

  /** Whether a change of this group is under way. */
  busy(region: Region): boolean {
    return this.#underWay.has(region);
  }

  /** The group is no more. */
  forget(region: Region): void {
    this.#underWay.delete(region);
  }

  #propose(region: Region, leader: Store, change: ConfChange): void {
    const peer = peerOn(region, leader.id);
    if (!peer) return;
    if (this.#underWay.has(region) || region.merging !== undefined) return leader.logAll(busyLines(region, peer));
    if (changed(region, change) === undefined || takesLeaderOut(change, peer) || (change.kind === 'LeaveJoint' && peer.role === 'demoting') || this.#entries.leaderOf(region) !== leader) return;
    leader.log(proposeLine(region, peer, change));
    this.#underWay.add(region);
    // Its own clock, not the process's: whoever dies with a change under way leaves no such mark behind.
    this.#world.engine.after(this.#entries.commitMs(region, leader), () => {
      this.#underWay.delete(region);
      if (region.merging === undefined && this.#entries.leaderOf(region) === leader) this.#apply(region, leader, change);
    });
  }

  #apply(region: Region, leader: Store, change: ConfChange): void {
    const result = changed(region, change);
    if (!result) return;
    this.#world.logs.entry(region, leader);
    const before = shapeOf(region);
    const after = { ...before, peers: result.peers, confVer: region.confVer + result.versions };
    for (const peer of before.peers) this.#entries.hearer(region, peer)?.logAll(applyLines(before, after, peer, change));
    for (const { type } of change.changes) countChange(leader, type);
    const removed = before.peers.filter((peer) => !after.peers.some(({ id }) => id === peer.id));
    const added = after.peers.filter((peer) => !before.peers.some(({ id }) => id === peer.id));
    this.replace(region, after.peers, after.confVer);
    for (const peer of removed) this.#destroy(region, peer);
    for (const peer of added) this.#world.snapshots.begin(region, peer);
    leader.log(notifyLine(region, peerOn(region, leader.id) as Peer));
    leader.process.after(this.#random.between(1, 4), () => this.#world.pd.reports.report(region));
  }

  /** The one way in which a region's replicas change. */
  replace(region: Region, peers: readonly Peer[], confVer: number): void {
    const before = region.peers;
    this.#world.resolved.progress.setApart(region);
    region.peers = peers;
    region.confVer = confVer;
    for (const { storeId } of before) if (!peerOn(region, storeId) && region.lags(storeId)) region.pending.delete(storeId);
    this.#world.snapshots.forget(region);
    for (const { storeId } of before) if (!peerOn(region, storeId)) region.withdrawCampaign(storeId);
  }

  #destroy(region: Region, peer: Peer): void {
    const store = this.#world.storeOf(peer.storeId);
    if (!store) return;
    store.usedBytes = Math.max(0, store.usedBytes - region.sizeMib * mib);
    if (this.#entries.hearer(region, peer)) store.process.after(this.#random.between(1, 4), () => store.logAll(destroyLines(region, peer)));
  }
}

/** A leader does not vote itself out: PD moves the leadership first. */
const takesLeaderOut = ({ kind, changes, handsOver }: ConfChange, leader: Peer): boolean => !(kind === 'EnterJoint' && handsOver === true) && changes.some(({ type, peer }) => type !== 'AddNode' && peer.id === leader.id);

const commands = { AddNode: 'add_peer', AddLearnerNode: 'add_learner', RemoveNode: 'remove_peer' } as const;

function countChange(leader: Store, type: keyof typeof commands): void {
  for (const status of ['all', 'success']) leader.metrics.registry.counter('tikv_raftstore_admin_cmd_total', { status, type: commands[type] }).add(1);
}
