import type { Region } from '../raft/region.ts';
import type { Store } from '../store/store.ts';

interface Watches {
  given: number;
  readonly ids: Map<Region, number>;
}

/** The numbers of the watches by which a store follows the locks of what it leads: given out from 0 on in each process. */
export class Observers {
  readonly #byStore = new Map<Store, Watches>();

  /** A watch begins. */
  begin(region: Region, store: Store): number {
    const watches = this.#of(store);
    const id = watches.given++;
    watches.ids.set(region, id);
    return id;
  }

  /** It ends; one that began before anybody looked gets its number now. */
  end(region: Region, store: Store): number {
    const { ids } = this.#of(store);
    const id = ids.get(region) ?? this.begin(region, store);
    ids.delete(region);
    return id;
  }

  /** The process began anew. */
  restarted(store: Store): void {
    this.#byStore.delete(store);
  }

  /** The region is no more. */
  forget(region: Region): void {
    for (const { ids } of this.#byStore.values()) ids.delete(region);
  }

  #of(store: Store): Watches {
    let watches = this.#byStore.get(store);
    if (!watches) this.#byStore.set(store, (watches = { given: 0, ids: new Map() }));
    return watches;
  }
}
