import type { Millis } from '../../../../src/kernel/clock.ts';
import type { RegionIndex } from '../raft/region-index.ts';
import { isQuorum, type Region } from '../raft/region.ts';

/** How far a replica's resolved timestamp has come, and when it last heard of one; both in virtual time, 0 while there is none. */
export interface Progress {
  readonly tsMs: Millis;
  readonly heardMs: Millis;
}

/** A replica and how far it has come. */
export interface Behind {
  readonly region: Region;
  readonly progress: Progress;
}

/** One advance: when, with which timestamp if PD gave one, who was told where its leader stood, and who confirmed it. */
export interface Advance {
  readonly leaderId: number;
  readonly nowMs: Millis;
  readonly tsMs: Millis | undefined;
  readonly told: ReadonlySet<number>;
  readonly confirmed: ReadonlySet<number>;
  /** Whether these are all the stores that there are. */
  readonly everybody: boolean;
}

const none: Progress = { tsMs: 0, heardMs: 0 };

/**
 * Resolved timestamps of all replicas. A leader that its majority confirms takes PD's timestamp, and tells its followers the one
 * that it had before. So all regions of one leader are alike on each store, and only these two numbers are kept: what differs
 * (new leaders, new replicas, leaders without a majority) has a row of its own until it is like the others again.
 */
export class ResolvedProgress {
  readonly #index: RegionIndex;
  readonly #led = new Map<number, Progress>();
  readonly #followed = new Map<number, Map<number, Progress>>();
  readonly #apart = new Map<Region, Map<number, Progress>>();
  /** By store; they hold until a region changes hands, or becomes unlike the others or like them again. */
  readonly #examples = new Map<number, ReadonlyMap<number, Region>>();

  constructor(index: RegionIndex) {
    this.#index = index;
  }

  /** Where this store's replica of a region stands. */
  of(region: Region, storeId: number): Progress {
    const rows = this.#apart.get(region);
    return (rows ? rows.get(storeId) : this.#usual(region.leader, storeId)) ?? none;
  }

  /** From now on the region is like no other; `before` led it until now. */
  setApart(region: Region, before: number | null = region.leader): void {
    this.#examples.clear();
    if (this.#apart.has(region)) return;
    this.#apart.set(region, new Map(region.peers.map(({ storeId }) => [storeId, this.#usual(before, storeId) ?? none])));
  }

  /** A region that was just made knows nothing. */
  begin(region: Region): void {
    this.#examples.clear();
    this.#apart.set(region, new Map());
  }

  /** The region is no more. */
  forget(region: Region): void {
    this.#rejoin(region);
  }

  /** A process began: what it knew went with the one before. */
  restarted(storeId: number): void {
    this.#led.delete(storeId);
    for (const followers of this.#followed.values()) followers.delete(storeId);
    for (const rows of this.#apart.values()) rows.delete(storeId);
  }

  /** A store advances what it leads; returns how many regions a majority confirmed. */
  advance(advance: Advance): number {
    const { leaderId, nowMs, tsMs, told } = advance;
    const { led } = this.#index.of(leaderId);
    const unconfirmed = this.#unconfirmed(advance);
    for (const region of unconfirmed) this.setApart(region);
    const usual = this.#led.get(leaderId) ?? none;
    for (const storeId of told) this.#followersOf(leaderId).set(storeId, { tsMs: usual.tsMs, heardMs: nowMs });
    this.#led.set(leaderId, { tsMs: tsMs ?? usual.tsMs, heardMs: nowMs });
    const lost = new Set(unconfirmed);
    for (const [region, rows] of this.#apart) if (region.leader === leaderId) this.#advanceApart(region, rows, advance, lost.has(region));
    return led.size - unconfirmed.length;
  }

  /** The replica that is furthest behind of those that a store leads, or of those that it follows; one without a timestamp does not count. */
  furthestBehind(storeId: number, leading: boolean): Behind | undefined {
    let worst = this.#furthestUsual(storeId, leading);
    for (const [region, rows] of this.#apart) {
      const progress = rows.get(storeId);
      if (!progress || progress.tsMs === 0 || (region.leader === storeId) !== leading) continue;
      if (!worst || progress.tsMs < worst.progress.tsMs) worst = { region, progress };
    }
    return worst;
  }

  /** How many replicas of a store have no timestamp yet. */
  zeroes(storeId: number): number {
    let count = 0;
    for (const [region, rows] of this.#apart) if ((rows.get(storeId) ?? none).tsMs === 0 && region.peers.some((peer) => peer.storeId === storeId)) count++;
    return count;
  }

  #unconfirmed({ leaderId, confirmed, everybody }: Advance): readonly Region[] {
    if (everybody) return [];
    return this.#index.of(leaderId).led.items.filter((region) => !isQuorum(region, (storeId) => storeId === leaderId || confirmed.has(storeId)));
  }

  #advanceApart(region: Region, rows: Map<number, Progress>, { leaderId, nowMs, tsMs, told }: Advance, lost: boolean): void {
    const own = rows.get(leaderId) ?? none;
    for (const { storeId } of region.peers) if (told.has(storeId)) rows.set(storeId, { tsMs: Math.max(own.tsMs, rows.get(storeId)?.tsMs ?? 0), heardMs: nowMs });
    if (!lost) rows.set(leaderId, { tsMs: tsMs ?? own.tsMs, heardMs: nowMs });
    if (region.peers.every(({ storeId }) => (rows.get(storeId) ?? none).tsMs === (this.#usual(leaderId, storeId) ?? none).tsMs)) this.#rejoin(region);
  }

  #furthestUsual(storeId: number, leading: boolean): Behind | undefined {
    const examples = leading ? this.#exampleLed(storeId) : this.#examplesFollowed(storeId);
    let worst: Behind | undefined;
    for (const [leaderId, region] of examples) {
      const progress = this.#usual(leaderId, storeId);
      if (progress && progress.tsMs > 0 && (!worst || progress.tsMs < worst.progress.tsMs)) worst = { region, progress };
    }
    return worst;
  }

  /** Some region that this store leads and that is like all of them. */
  #exampleLed(storeId: number): ReadonlyMap<number, Region> {
    const region = this.#index.of(storeId).led.items.find((each) => !this.#apart.has(each));
    return new Map(region && [[storeId, region]]);
  }

  /** It is like the others again, or no more. */
  #rejoin(region: Region): void {
    this.#examples.clear();
    this.#apart.delete(region);
  }

  /** Of each leader that this store follows some region that is like all of them. */
  #examplesFollowed(storeId: number): ReadonlyMap<number, Region> {
    const known = this.#examples.get(storeId);
    if (known) return known;
    const examples = new Map<number, Region>();
    for (const region of this.#index.of(storeId).held.items) {
      const { leader } = region;
      if (leader !== null && leader !== storeId && !examples.has(leader) && !this.#apart.has(region)) examples.set(leader, region);
    }
    this.#examples.set(storeId, examples);
    return examples;
  }

  #usual(leaderId: number | null, storeId: number): Progress | undefined {
    if (leaderId === null) return undefined;
    return leaderId === storeId ? this.#led.get(storeId) : this.#followed.get(leaderId)?.get(storeId);
  }

  #followersOf(leaderId: number): Map<number, Progress> {
    let followers = this.#followed.get(leaderId);
    if (!followers) this.#followed.set(leaderId, (followers = new Map()));
    return followers;
  }
}
