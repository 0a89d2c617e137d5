import type { Region } from './region.ts';

/** Regions in order of their keys, so that a neighbour is found without a walk. Ranges may change while the order stays. */
export class ByKey {
  readonly #items: Region[] = [];

  /** From one end of the key space to the other; good until the next change. */
  get items(): readonly Region[] {
    return this.#items;
  }

  add(region: Region): void {
    this.#items.splice(this.#placeOf(region.startKey), 0, region);
  }

  remove(region: Region): void {
    const at = this.#placeOf(region.startKey);
    if (this.#items[at] === region) this.#items.splice(at, 1);
  }

  /** The region that ends where this one begins, and the one that begins where it ends. */
  neighbours(region: Region): { readonly before: Region | undefined; readonly after: Region | undefined } {
    const at = this.#placeOf(region.startKey);
    return { before: this.#items[at - 1], after: this.#items[at + 1] };
  }

  /** The region that holds a key. */
  holding(key: string): Region | undefined {
    const at = this.#placeOf(key);
    return this.#items[at]?.startKey === key ? this.#items[at] : this.#items[at - 1];
  }

  /** The index of the first region that does not begin before this key. */
  #placeOf(key: string): number {
    const items = this.#items;
    let low = 0;
    let high = items.length;
    if (high > 0 && (items[high - 1] as Region).startKey < key) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((items[middle] as Region).startKey < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
