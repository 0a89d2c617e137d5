/** A list in order of ids, to which members come and from which they go one by one. */
export class ById<T extends { readonly id: number }> {
  readonly #items: T[] = [];

  /** In order of ids; good until the next change. */
  get items(): readonly T[] {
    return this.#items;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    const at = this.#placeOf(item.id);
    if (this.#items[at]?.id !== item.id) this.#items.splice(at, 0, item);
  }

  remove(item: T): void {
    const at = this.#placeOf(item.id);
    if (this.#items[at]?.id === item.id) this.#items.splice(at, 1);
  }

  /** The index of the first item whose id is not lower. */
  #placeOf(id: number): number {
    const items = this.#items;
    let low = 0;
    let high = items.length;
    if (high > 0 && (items[high - 1] as T).id < id) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((items[middle] as T).id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
