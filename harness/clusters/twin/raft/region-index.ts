import { ById } from '../by-id.ts';
import { ByKey } from './by-key.ts';
import type { Region, RegionWatcher } from './region.ts';
import { SmallRegions } from './small-regions.ts';

/** The regions of one store, found and counted. */
export class StoreRegions {
  /** Those with a replica here. */
  readonly held = new ById<Region>();
  /** Those that are led from here. */
  readonly led = new ById<Region>();
  heldMib = 0;
  /** None that was ever held here was larger. */
  largestMib = 0;
  heldKeys = 0;
  /** How often any of this changed. */
  changes = 0;

  /** Counts a replica here, or takes it off the count with -1. */
  count(region: Region, by: 1 | -1): void {
    if (by > 0) this.held.add(region);
    else this.held.remove(region);
    this.heldMib += by * region.sizeMib;
    if (region.sizeMib > this.largestMib) this.largestMib = region.sizeMib;
    this.heldKeys += by * region.keys;
    this.changes++;
  }

  /** As `count`, for the leadership. */
  countLed(region: Region, by: 1 | -1): void {
    if (by > 0) this.led.add(region);
    else this.led.remove(region);
    this.changes++;
  }
}

/**
 * Which regions there are and where, kept up to date by the regions themselves: so that a gauge, an election or a plan costs
 * what it is about, and not all regions.
 */
export class RegionIndex implements RegionWatcher {
  readonly #all = new ById<Region>();
  readonly #byStore = new Map<number, StoreRegions>();
  readonly #leaderless = new ById<Region>();
  readonly #byReplicas = new Map<number, ById<Region>>();
  readonly #changing = new ById<Region>();
  readonly #small = new SmallRegions();
  /** In order of keys. */
  readonly byKey = new ByKey();
  /** Who else is told of each region that changes hands, if anybody. */
  onLead: ((region: Region, before: number | null) => void) | undefined;
  #touched = new Set<number | null>();
  #moved = new Map<Region, number>();
  #empty = 0;
  #mib = 0;
  #keys = 0;

  /** Every region in order of ids. */
  get all(): readonly Region[] {
    return this.#all.items;
  }

  /** Regions between leaders. */
  get leaderless(): readonly Region[] {
    return this.#leaderless.items;
  }

  /** Regions by how many replicas they have, learners among them. */
  get byReplicas(): ReadonlyMap<number, { readonly items: readonly Region[] }> {
    return this.#byReplicas;
  }

  /** Regions with a replica that is no plain voter: a learner, or one that is on its way in or out. */
  get changing(): readonly Region[] {
    return this.#changing.items;
  }

  /** Regions with a megabyte or less. */
  get empty(): number {
    return this.#empty;
  }

  /** Regions of at most this size. */
  upTo(limitMib: number): readonly Region[] {
    return this.#small.upTo(limitMib, () => this.all);
  }

  /** What all regions hold, each counted once. */
  get total(): { readonly mib: number; readonly keys: number } {
    return { mib: this.#mib, keys: this.#keys };
  }

  /** The regions of a store. */
  of(storeId: number): StoreRegions {
    let regions = this.#byStore.get(storeId);
    if (!regions) this.#byStore.set(storeId, (regions = new StoreRegions()));
    return regions;
  }

  /** A new region. */
  add(region: Region): void {
    region.watchedBy(this);
    this.#all.add(region);
    this.byKey.add(region);
    this.enters(region);
  }

  /** A region that is no more. */
  remove(region: Region): void {
    region.watchedBy(undefined);
    this.#moved.delete(region);
    this.leaves(region);
    this.#all.remove(region);
    this.byKey.remove(region);
  }

  /** Stores whose leaderships or replicas changed since this was asked last; null stands for the leaderless regions. */
  takeTouched(): ReadonlySet<number | null> {
    const touched = this.#touched;
    if (touched.size > 0) this.#touched = new Set();
    return touched;
  }

  /** Regions whose leader handed over to another since this was asked last, each with the leader that it had first. */
  takeMoved(): ReadonlyMap<Region, number> {
    const moved = this.#moved;
    if (moved.size > 0) this.#moved = new Map();
    return moved;
  }

  leads = (region: Region, before: number | null): void => {
    if (region.leader === null) this.#moved.delete(region);
    else if (before !== null && !this.#moved.has(region)) this.#moved.set(region, before);
    this.#countLeader(region, before, -1);
    this.#countLeader(region, region.leader, 1);
    this.onLead?.(region, before);
  };

  leaves = (region: Region): void => this.#count(region, -1);

  enters = (region: Region): void => this.#count(region, 1);

  #count(region: Region, by: 1 | -1): void {
    for (const { storeId } of region.peers) this.of(storeId).count(region, by);
    this.#countLeader(region, region.leader, by);
    this.#countReplicas(region, by);
    if (region.sizeMib <= 1) this.#empty += by;
    this.#small.count(region, by);
    this.#mib += by * region.sizeMib;
    this.#keys += by * region.keys;
  }

  #countReplicas(region: Region, by: 1 | -1): void {
    const { length } = region.peers;
    let alike = this.#byReplicas.get(length);
    if (!alike) this.#byReplicas.set(length, (alike = new ById()));
    if (by > 0) alike.add(region);
    else alike.remove(region);
    if (by < 0) this.#changing.remove(region);
    else if (region.peers.some(({ role }) => role !== undefined)) this.#changing.add(region);
  }

  #countLeader(region: Region, leader: number | null, by: 1 | -1): void {
    this.#touched.add(leader);
    if (leader !== null) this.of(leader).countLed(region, by);
    else if (by > 0) this.#leaderless.add(region);
    else this.#leaderless.remove(region);
  }
}
