import { ById } from '../by-id.ts';
import type { Region } from './region.ts';

/** Regions up to a size, kept as they shrink and grow; while nobody asks for any, no books are kept. */
export class SmallRegions {
  #limitMib = 0;
  #items = new ById<Region>();

  /** A region came, or goes with -1. */
  count(region: Region, by: 1 | -1): void {
    if (region.sizeMib > this.#limitMib) return;
    if (by > 0) this.#items.add(region);
    else this.#items.remove(region);
  }

  /** Those of at most this size, in order of ids; all regions are looked at only when the limit is another one. */
  upTo(limitMib: number, all: () => readonly Region[]): readonly Region[] {
    if (limitMib !== this.#limitMib) {
      this.#limitMib = limitMib;
      this.#items = new ById();
      if (limitMib > 0) for (const region of all()) this.count(region, 1);
    }
    return this.#items.items;
  }
}
