import { failed, ok, type Result } from '../../../../src/kernel/result.ts';
import type { World } from '../world.ts';
import type { StoreView } from './views.ts';

const lookEveryMs = 10_000;

/** Stores that an administrator takes out of the cluster: Offline while replicas leave, a tombstone when none is left. */
export class Departures {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  begin(): void {
    this.#world.engine.every(lookEveryMs, lookEveryMs, () => this.#buryEmpty());
  }

  /** Marks a store Offline; refused where the stores that stay are fewer than the replicas. */
  begone(view: StoreView): Result<void> {
    const { pd, engine } = this.#world;
    if (view.leaving) return ok(undefined);
    const left = pd.upStores().filter((each) => each !== view && !each.leaving).length;
    if (left < pd.config.replicas) return failed(
      'LAB_PD_REFUSED', `[PD:core:ErrStoresNotEnough]can not remove store ${view.id} since the number of up stores would be ${left} while need ${pd.config.replicas}`, 'add a store first',
    );
    view.leaving = { sinceMs: engine.nowMs, sizeMib: this.#world.index.of(view.id).heldMib };
    this.#note(view, 'store has been offline', 'cluster.go:1538');
    const store = this.#world.storeOf(view.id);
    store?.process.after(2, () => store.log({ source: 'pd.rs:1499', message: 'store is offlined by pd', fields: [['thread_id', 27]] }));
    pd.checkers.look();
    return ok(undefined);
  }

  /** Takes an Offline store back. */
  stay(view: StoreView): void {
    if (!view.leaving || view.buried) return;
    view.leaving = undefined;
    this.#note(view, 'store has been up', 'cluster.go:1723');
    const store = this.#world.storeOf(view.id);
    store?.process.after(2, () => store.log({ source: 'pd.rs:1510', message: 'store is remarked with serving state by pd', fields: [['thread_id', 27]] }));
    for (const operator of this.#world.pd.operators.running) if (operator.scheduler.includes('offline')) this.#world.pd.operators.cancel(operator.region);
  }

  /** The part that has left, 0 to 1. */
  progressOf(view: StoreView): number {
    if (!view.leaving) return 0;
    return view.leaving.sizeMib === 0 ? 1 : Math.max(0, 1 - this.#world.index.of(view.id).heldMib / view.leaving.sizeMib);
  }

  #buryEmpty(): void {
    const { pd } = this.#world;
    if (!pd.members.serving) return;
    for (const view of pd.stores.values()) {
      if (!view.leaving || view.buried || this.#world.index.of(view.id).held.size > 0) continue;
      view.buried = true;
      this.#note(view, 'store has been Tombstone', 'cluster.go:1638');
    }
  }

  #note({ id, address }: StoreView, message: string, source: string): void {
    this.#world.pd.log({ level: 'WARN', source, message, fields: [['store-id', id], ['store-address', address], ['physically-destroyed', false]] });
  }
}
