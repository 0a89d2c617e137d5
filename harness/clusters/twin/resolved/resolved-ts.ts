import type { Millis } from '../../../../src/kernel/clock.ts';
import { type Region, peerOn } from '../raft/region.ts';
import type { Store } from '../store/store.ts';
import { isAlive } from '../raft/votes.ts';
import type { World } from '../world.ts';
import { deregisteredLine, maxTsUpdatedLine, movedLocksLine, registeredLines, requireMaxTsLine, splitLines } from './lines.ts';
import { Observers } from './observers.ts';
import { type Behind, type Progress, ResolvedProgress } from './progress.ts';

/** Measured in recordings/tikv-disk-full: a new leader has its timestamp 1 ms and its first scan for locks 3 ms after it asked. */
const registerMs: Millis = 3;

/** Whom the resolved timestamps of a cluster come from: leaders that register and go, and what all replicas have reached. */
export class ResolvedTs {
  readonly progress: ResolvedProgress;
  readonly #world: World;
  /** Regions that a store still believes to lead: it has not heard of the new leader. */
  readonly #believed = new Map<Store, Map<Region, Progress>>();
  readonly #observers = new Observers();
  /** What PD was told last. */
  readonly #reported = new Map<number, Millis>();

  constructor(world: World) {
    this.#world = world;
    this.progress = new ResolvedProgress(world.index);
  }

  /** A region changed hands, or lost its leader. */
  leads(region: Region, before: number | null): void {
    if (region.leader === before) return;
    this.progress.setApart(region, before);
    const [leader, former] = [this.#world.storeOf(region.leader), this.#world.storeOf(before)];
    if (former && former.process.state !== 'exited') this.#leave(region, former, leader);
    if (!leader) return;
    this.#believed.get(leader)?.delete(region);
    leader.log(requireMaxTsLine(region));
    this.#register(region, leader);
  }

  /** A store learns that it leads a region no more. */
  deposed(region: Region, store: Store): void {
    if (this.#believed.get(store)?.delete(region)) this.#deregister(region, store);
  }

  /** A part of a region became one of its own: both are watched anew. */
  split(parent: Region, child: Region, stores: readonly Store[]): void {
    this.progress.begin(child);
    for (const store of stores) store.log(movedLocksLine(parent));
    const leader = this.#world.storeOf(child.leader);
    if (!leader) return;
    leader.logAll(splitLines(parent));
    leader.log(requireMaxTsLine(child));
    leader.process.after(registerMs, () => this.#deregister(parent, leader));
    for (const region of [parent, child]) this.#register(region, leader);
  }

  /** The region is no more. */
  forget(region: Region): void {
    this.progress.forget(region);
    this.#observers.forget(region);
    for (const regions of this.#believed.values()) regions.delete(region);
  }

  /** A process began, and knows nothing. */
  restarted(store: Store): void {
    this.progress.restarted(store.id);
    this.#believed.delete(store);
    this.#observers.restarted(store);
  }

  /** Regions that a store believes to lead though others do. */
  believedBy(store: Store): number {
    return this.#believed.get(store)?.size ?? 0;
  }

  /** The furthest of what a store leads or believes to lead, or of what it follows. */
  furthestBehind(store: Store, leading: boolean): Behind | undefined {
    let worst = this.progress.furthestBehind(store.id, leading);
    if (leading) for (const [region, progress] of this.#believed.get(store) ?? []) if (progress.tsMs > 0 && (!worst || progress.tsMs < worst.progress.tsMs)) worst = { region, progress };
    return worst;
  }

  /** A store tells PD how far it has come. */
  report(storeId: number, tsMs: Millis): void {
    this.#reported.set(storeId, tsMs);
  }

  /** What PD knows of these stores: the furthest behind of them. */
  reported(storeIds: readonly number[]): Millis {
    const known = storeIds.flatMap((id) => this.#reported.get(id) ?? []);
    return known.length === 0 ? 0 : Math.min(...known);
  }

  #leave(region: Region, former: Store, leader: Store | undefined): void {
    const hears = leader === undefined || (isAlive(former) && this.#world.links.carries(leader, former));
    if (hears) return this.#deregister(region, former);
    let believed = this.#believed.get(former);
    if (!believed) this.#believed.set(former, (believed = new Map()));
    believed.set(region, this.progress.of(region, former.id));
  }

  /** The scan for locks does not wait for PD's timestamp. */
  #register(region: Region, leader: Store): void {
    const { term } = region;
    leader.process.after(registerMs, () => {
      if (region.leader !== leader.id || region.term < term || !peerOn(region, leader.id)) return;
      if (leader.reachesPd) leader.log(maxTsUpdatedLine(region));
      leader.logAll(registeredLines(region, this.#observers.begin(region, leader)));
      leader.meters.resolved.scanned();
    });
  }

  #deregister(region: Region, store: Store): void {
    if (store.process.state !== 'exited') store.log(deregisteredLine(region, this.#observers.end(region, store), store.id));
  }
}
