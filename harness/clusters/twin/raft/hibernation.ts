import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { peerOn, type Region } from './region.ts';

/** A replica that is told of a lost store looks around with its next tick. */
const tickMs: Millis = 1_000;
const lookEveryMs: Millis = 5_000;
/** `raft-election-timeout-ticks` twice: so long a group must have nothing to do and all its replicas before it sleeps again. */
const calmMs: Millis = 20_000;

/**
 * Regions without traffic sleep. What touches one of their replicas wakes the whole group: a connection that is given up, or
 * PD's word that a store is slow. They sleep again when nobody is missing and it has been calm for a while.
 */
export class Hibernation {
  readonly #world: World;
  /** Since when those that would sleep have been kept awake. */
  readonly #roused = new Map<Region, Millis>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks from now on whether they may sleep again. */
  begin(): void {
    this.#world.engine.every(lookEveryMs, lookEveryMs, () => this.#look());
  }

  /** A store lost another one: the sleepers that both hold wake. */
  lost(reporter: Store, gone: Store): void {
    const sleepers = this.#world.index.of(gone.id).held.items.filter((region) => region.hibernated && peerOn(region, reporter.id));
    if (sleepers.length > 0) reporter.process.after(tickMs, () => sleepers.forEach((region) => this.#rouse(region)));
  }

  /** PD tells a store that another one is slow: all that sleeps there wakes. */
  rouseAll(store: Store): void {
    for (const region of this.#world.index.of(store.id).held.items.slice()) this.#rouse(region);
  }

  /** Whether something keeps it awake for a while. */
  isRoused(region: Region): boolean {
    return this.#roused.has(region);
  }

  /** Whether it has nothing to do: it sleeps, or is only kept awake for a while. */
  wouldSleep(region: Region): boolean {
    return region.hibernated || this.#roused.has(region);
  }

  /** The region is no more, or has something to do from now on. */
  forget(region: Region): void {
    this.#roused.delete(region);
  }

  #rouse(region: Region): void {
    if (region.peers.length === 0) return;
    if (!region.hibernated && !this.#roused.has(region)) return;
    const wasAsleep = region.hibernated;
    this.#roused.set(region, this.#world.engine.nowMs);
    region.hibernated = false;
    // A leader that wakes tells PD that it is there.
    if (wasAsleep) this.#world.pd.reports.report(region);
  }

  #look(): void {
    const { nowMs } = this.#world.engine;
    for (const [region, sinceMs] of this.#roused) {
      if (!this.#isWhole(region)) this.#roused.set(region, nowMs);
      else if (nowMs - sinceMs >= calmMs) {
        this.#roused.delete(region);
        region.hibernated = true;
      }
    }
  }

  #isWhole(region: Region): boolean {
    const leader = this.#world.storeOf(region.leader);
    if (!leader || leader.process.state !== 'running') return false;
    return region.peers.every(({ storeId }) => {
      const store = this.#world.storeOf(storeId);
      return store !== undefined && (store === leader || (store.serving && store.process.state === 'running' && this.#world.links.carries(leader, store) && !region.lags(storeId)));
    });
  }
}
