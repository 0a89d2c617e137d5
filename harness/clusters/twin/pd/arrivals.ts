import type { Millis } from '../../../../src/kernel/clock.ts';
import type { World } from '../world.ts';
import type { StoreView } from './views.ts';

const lookEveryMs: Millis = 10_000;
/** A cluster of fewer regions has nothing to prepare a store with. */
const regionsLeast = 100;
/** So much of an even share makes a store ready. */
const readyShare = 0.9;

/** Stores that came: PD calls them Preparing until they have their share of the regions, and has them serve meanwhile. Nothing is looked at while none is. */
export class Arrivals {
  readonly #world: World;
  readonly #preparing = new Set<number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks from now on whether a store is ready. */
  watch(storeId: number): void {
    this.#preparing.add(storeId);
    if (this.#preparing.size === 1) this.#lookLater();
  }

  #lookLater(): void {
    this.#world.engine.after(lookEveryMs, () => {
      for (const id of this.#preparing) this.#look(this.#world.pd.stores.get(id));
      if (this.#preparing.size > 0) this.#lookLater();
    });
  }

  #look(view: StoreView | undefined): void {
    if (!view || !this.#world.pd.members.serving || view.lastHeartbeatMs === 0 || !this.#isReady(view)) return;
    view.preparing = false;
    this.#preparing.delete(view.id);
    this.#world.pd.log({ source: 'cluster.go:1751', message: 'store has changed to serving', fields: [['store-id', view.id], ['store-address', view.address]] });
  }

  #isReady({ id }: StoreView): boolean {
    const { pd, index, regions } = this.#world;
    if (regions.length < regionsLeast) return true;
    const even = (index.total.mib * pd.config.replicas) / pd.upStores().length;
    return index.of(id).heldMib >= readyShare * even;
  }
}
