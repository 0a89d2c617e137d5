import type { Millis } from '../../../../../src/kernel/clock.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';

/** Raftstore and RocksDB bring their numbers up to date this often, and for the first time this long after the process began: `test/facts/kept.ts` finds whatever does so. */
export const flushing = { everyMs: 10_000, firstMs: 2_250 } as const;
const { everyMs, firstMs } = flushing;

/** The turns in which a process brings up to date what it keeps to itself in between. */
export class Flushing {
  /** When the first of them is. */
  readonly #firstTurnMs: Millis;

  constructor(world: World, store: Store) {
    const { registry } = store.metrics;
    // With the world begins the life of processes that have run for hours: where each stands between two turns is drawn.
    const spanMs = store.process.incarnation > 1 || store.isNew ? firstMs : world.random.fork(`flushing-${store.node}`).below(everyMs);
    this.#firstTurnMs = world.engine.nowMs + spanMs;
    // What stands there from the beginning is on the first page.
    store.process.after(0, () => registry.flush());
    store.process.every(everyMs, spanMs, () => registry.flush());
  }

  /** From when on a process with these turns may have run: the first such instant that is not before another. */
  startNotBefore(earliestMs: Millis): Millis {
    const beyondMs = (this.#firstTurnMs - firstMs - earliestMs) % everyMs;
    return earliestMs + (beyondMs < 0 ? beyondMs + everyMs : beyondMs);
  }
}
