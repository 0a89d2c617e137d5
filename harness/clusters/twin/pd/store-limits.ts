import type { Json } from '../../../../src/kernel/json.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import type { World } from '../world.ts';

/** What PD limits for each store. */
export const limitedMoves = ['add-peer', 'remove-peer'] as const;
export type LimitedMove = (typeof limitedMoves)[number];

/** Moves a minute that a store takes unless it was told otherwise. */
export const usualPerMinute = 15;

/** What one move costs: a region over 20 MiB a whole unit, a smaller one a fifth, an empty one nothing. */
const unit = 1_000;
const costOf = (sizeMib: number): number => (sizeMib > 20 ? unit : sizeMib > 1 ? unit / 5 : 0);

interface Bucket {
  tokens: number;
  atMs: Millis;
}

/**
 * PD's store limit (v1): a bucket for each store and direction that holds one large move and fills at the configured
 * rate. With a rate of zero it gives out what it holds and is never filled again.
 */
export class StoreLimits {
  readonly #world: World;
  readonly #buckets = new Map<string, Bucket>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Moves a minute, as configured. */
  perMinute(storeId: number, move: LimitedMove): number {
    const all = this.#world.pd.config.get('store-limit') as Record<string, Record<string, Json>> | null;
    const limit = all?.[String(storeId)]?.[move];
    return limit === undefined ? usualPerMinute : Number(limit);
  }

  /** Whether the store may take part in one more move of this size. */
  allows(storeId: number, move: LimitedMove, sizeMib: number): boolean {
    const cost = costOf(sizeMib);
    return cost === 0 || this.#bucket(storeId, move).tokens >= cost;
  }

  /** Books the moves of one operator; false, and nothing booked, where one of the stores may not take part. */
  book(moves: readonly (readonly [storeId: number, move: LimitedMove])[], sizeMib: number): boolean {
    if (!moves.every(([storeId, move]) => this.allows(storeId, move, sizeMib))) return false;
    for (const [storeId, move] of moves) this.#bucket(storeId, move).tokens -= costOf(sizeMib);
    return true;
  }

  #bucket(storeId: number, move: LimitedMove): Bucket {
    const { nowMs } = this.#world.engine;
    const perSecond = (this.perMinute(storeId, move) / 60) * unit;
    const capacity = Math.max(unit, perSecond);
    const key = `${storeId}-${move}`;
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = { tokens: capacity, atMs: nowMs }));
    bucket.tokens = Math.min(capacity, bucket.tokens + (perSecond * (nowMs - bucket.atMs)) / 1000);
    bucket.atMs = nowMs;
    return bucket;
  }
}
