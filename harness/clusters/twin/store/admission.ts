import { type StoreLoad, utilisationOf } from './pipeline.ts';
import { scaleLoad } from './saturation.ts';
import type { Store } from './store.ts';

/** What a store is asked for beyond what it can do waits or is not let in. */
export function admit(store: Store, load: StoreLoad, spanSeconds: number): void {
  scaleLoad(load, store.saturation.take(utilisationOf(store, load, spanSeconds), (load.reads + load.writes) / spanSeconds, spanSeconds));
  store.brakes.admit(load, spanSeconds);
}
