import type { Millis } from '../../../../../src/kernel/clock.ts';
import { scoreMax, slowThreshold } from '../../store/slow-score.ts';
import type { World } from '../../world.ts';
import { evictLeaders, evictorOf } from './evict.ts';
import { leaderLimit, type Scheduler } from './scheduler.ts';

const name = 'evict-slow-store-scheduler';
const recoverySeconds = 1_800;

/**
 * evict-slow-store: when exactly one store is slow and its score is the highest, its leaders are moved away and stay away until its
 * score is 1 again and half an hour has passed. With more than one slow store the cause is taken to be shared, and nothing is done.
 */
export function evictSlowStore(world: World): Scheduler {
  const evictor = evictorOf(world, name);
  let evicted: { readonly id: number; readonly sinceMs: Millis } | undefined;
  const scoreOf = (id: number) => world.pd.stores.get(id)?.slowScore ?? 1;

  function detect(): void {
    const slow = world.pd.upStores().filter((view) => (view.slowScore ?? 1) >= slowThreshold);
    const [only] = slow;
    if (slow.length !== 1 || !only || scoreOf(only.id) < scoreMax) return;
    evicted = { id: only.id, sinceMs: world.engine.nowMs };
    world.pd.log({ source: 'evict_slow_store.go:824', message: 'detected slow store, start to evict leaders', fields: [['store-id', only.id]] });
    world.pd.pausedForLeaders.add(only.id);
    world.pd.metrics?.set('pd_scheduler_evicted_slow_store_status', { slow_type: 'disk', store: String(only.id) }, 1);
  }

  function recover(id: number): void {
    world.pd.log({ source: 'evict_slow_store.go:789', message: 'slow store has been recovered', fields: [['store-id', id]] });
    world.pd.pausedForLeaders.delete(id);
    world.pd.metrics?.set('pd_scheduler_evicted_slow_store_status', { slow_type: 'disk', store: String(id) }, 0);
    evicted = undefined;
  }

  return {
    name,
    config: () => ({
      disabled: false, 'recovery-duration': recoverySeconds, 'evict-stores': evicted ? [evicted.id] : [], 'enable-network-slow-store': false,
      'paused-network-slow-stores': [], 'evicted-network-slow-stores': [], batch: 3,
    }),
    get limit() {
      return evicted && leaderLimit;
    },
    run: (tries) => {
      if (!evicted) detect();
      if (!evicted) return false;
      if (scoreOf(evicted.id) <= 1 && world.engine.nowMs - evicted.sinceMs >= recoverySeconds * 1000) {
        recover(evicted.id);
        return false;
      }
      return evictLeaders(world, [evicted.id], { evictor, tries });
    },
    removed: () => {
      if (evicted) world.pd.pausedForLeaders.delete(evicted.id);
      evicted = undefined;
    },
  };
}
