import type { Millis } from '../../../../src/kernel/clock.ts';
import { slowThreshold } from '../store/slow-score.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';

/** A store is not asked again before. */
const gapMs: Millis = 600_000;

/** A store that reports while another one is slow is asked to wake its sleeping regions: whoever sleeps would not notice that a leader does not serve. */
export class Awakening {
  readonly #world: World;
  readonly #askedMs = new Map<number, Millis>();

  constructor(world: World) {
    this.#world = world;
  }

  /** PD's leader got a store's heartbeat and answers it. */
  answer(store: Store): void {
    const { nowMs } = this.#world.engine;
    if (nowMs - (this.#askedMs.get(store.id) ?? -Infinity) < gapMs) return;
    const slow = this.#world.pd.upStores().filter(({ id, slowScore = 1 }) => id !== store.id && slowScore >= slowThreshold);
    if (slow.length === 0) return;
    this.#askedMs.set(store.id, nowMs);
    this.#world.pd.log({ source: 'cluster.go:1073', message: 'forcely awaken hibernated regions', fields: [['store-id', store.id], ['slow-stores', `[${slow.map(({ id }) => id).join(',')}]`]] });
    store.process.after(2, () => {
      store.log({ source: 'pd.rs:1753', message: 'forcely awaken hibernated regions in this store', fields: [['thread_id', 27]] });
      this.#world.hibernation.rouseAll(store);
    });
  }
}
