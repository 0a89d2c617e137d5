import type { World } from '../../world.ts';
import { evictLeaders } from './evict.ts';
import type { Scheduler } from './scheduler.ts';

const name = 'evict-stopping-store-scheduler';

/** evict-stopping-store: a store that said that it is stopping gets rid of its leaders first. */
export function evictStoppingStore(world: World): Scheduler {
  const evictor = { scheduler: name, random: world.random.fork(name) };
  const stopping = new Set<number>();
  const note = (message: string, source: string, id: number) => world.pd.log({ source, message, fields: [['store-id', id]] });

  return {
    name,
    config: () => ({ 'evict-stores': [...stopping] }),
    run: () => {
      for (const view of world.pd.stores.values()) {
        if (view.stopping === stopping.has(view.id)) continue;
        if (view.stopping) {
          stopping.add(view.id);
          world.pd.metrics?.set('pd_scheduler_evicted_stopping_store_status', { store: String(view.id) }, 1);
          note('detected stopping store, start to evict leaders', 'evict_stopping_store.go:319', view.id);
        } else {
          stopping.delete(view.id);
          world.pd.metrics?.set('pd_scheduler_evicted_stopping_store_status', { store: String(view.id) }, 0);
          note('stopping store has been recovered', 'evict_stopping_store.go:290', view.id);
        }
      }
      return [...stopping].map((id) => evictLeaders(world, id, evictor)).includes(true);
    },
  };
}
