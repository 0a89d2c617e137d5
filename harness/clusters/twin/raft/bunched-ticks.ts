import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';
import { meanTravelMs } from './pings.ts';
import type { Region } from './region.ts';
import { TickPhase } from './tick-phase.ts';

/** Replicas whose ticks lie together; those that came later tick at instants of their own. */
export interface Bunch {
  readonly phase: TickPhase;
  readonly members: ReadonlySet<Region>;
}

/** Ticks by store. A process makes all its replicas when it starts, and the ticks that a pause held back come all at once when it ends. */
export class BunchedTicks {
  readonly #world: World;
  readonly #known = new Map<number, Bunch & { readonly bornMs: Millis }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The ticks of this store as they lie now; undefined where it has run for so long that they are spread evenly. */
  of(store: Store): Bunch | undefined {
    const { nowMs } = this.#world.engine;
    const bornMs = store.process.unpausedMs;
    let bunch = this.#known.get(store.id);
    if (bunch?.bornMs !== bornMs) this.#known.set(store.id, (bunch = { bornMs, phase: new TickPhase(bornMs), members: new Set(this.#world.index.of(store.id).held.items) }));
    if (bunch.phase.bunched) bunch.phase.advance(nowMs, lateMs(store));
    return bunch.phase.bunched ? bunch : undefined;
  }
}

/** A tick waits for a thread as every message does, and where the quota is used up for its next period. */
function lateMs({ host }: Store): Millis {
  const wait = host.cpu.quotaWait();
  return meanTravelMs + (wait ? wait.share * wait.meanMs : 0);
}
