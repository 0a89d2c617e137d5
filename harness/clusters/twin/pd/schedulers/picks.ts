import type { Random } from '../../../../../src/kernel/random.ts';
import type { RegionView } from '../views.ts';

/** PD draws so many regions at random before it takes it that none fits (`randomRegionMaxRetry`, from its published code). */
const draws = 10;

/** One that fits among a few drawn at random: what it costs does not depend on how many there are. */
export function drawn<T>(random: Random, items: readonly T[], fits: (item: T) => boolean): T | undefined {
  for (let n = items.length === 0 ? draws : 0; n < draws; n++) {
    const item = random.pick(items);
    if (fits(item)) return item;
  }
  return undefined;
}

/** Whether schedulers like to touch a region: every replica is there and has caught up. */
export const isWell = (view: RegionView): boolean => view.pending.length === 0 && view.down.length === 0;

/** How often a scheduler tries again on one store: PD's `retryQuota`. */
const quota = { first: 10, least: 1, shrinks: 2 } as const;

/** Ten tries on each store at first, half as many after all of them were in vain, ten again after one was not. */
export class RetryQuota {
  readonly #limits = new Map<number, number>();

  /** Tries until something comes of it; whether it did. */
  spend(storeId: number, attempt: () => boolean): boolean {
    const limit = this.#limits.get(storeId) ?? quota.first;
    for (let n = 0; n < limit; n++) {
      if (!attempt()) continue;
      this.#limits.delete(storeId);
      return true;
    }
    this.#limits.set(storeId, Math.max(quota.least, Math.floor(limit / quota.shrinks)));
    return false;
  }
}
