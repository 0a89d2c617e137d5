import type { World } from '../../world.ts';
import { evictLeaders, evictorOf } from './evict.ts';
import { leaderLimit, type Scheduler } from './scheduler.ts';

const name = 'evict-stopping-store-scheduler';

/** evict-stopping-store: a store that said that it is stopping gets rid of its leaders first, one such store at a time; while two stop, none is begun with. */
export function evictStoppingStore(world: World): Scheduler {
  const evictor = evictorOf(world, name);
  let evicted: number | undefined;
  const show = (id: number, value: 0 | 1) => world.pd.metrics?.set('pd_scheduler_evicted_stopping_store_status', { store: String(id) }, value);
  const note = (message: string, source: string, id: number) => world.pd.log({ source, message, fields: [['store-id', id]] });

  function release(id: number): void {
    evicted = undefined;
    show(id, 0);
  }

  function recover(id: number): void {
    if (world.pd.stores.get(id)?.stopping) return;
    note('stopping store has been recovered', 'evict_stopping_store.go:290', id);
    release(id);
  }

  function detect(): void {
    const [only, second] = [...world.pd.stores.values()].filter((view) => view.stopping && !view.leaving);
    if (!only || second) return;
    note('detected stopping store, start to evict leaders', 'evict_stopping_store.go:319', only.id);
    evicted = only.id;
    show(only.id, 1);
  }

  return {
    name,
    config: () => ({ 'evict-stores': evicted === undefined ? [] : [evicted] }),
    get limit() {
      return evicted === undefined ? undefined : leaderLimit;
    },
    run: (tries) => {
      if (evicted === undefined) detect();
      else recover(evicted);
      return evicted !== undefined && evictLeaders(world, [evicted], { evictor, tries });
    },
    removed: () => evicted !== undefined && release(evicted),
  };
}
