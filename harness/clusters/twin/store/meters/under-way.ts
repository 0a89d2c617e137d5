import type { Random } from '../../../../../src/kernel/random.ts';
import { averageMs, meanMs } from '../../metrics/shape.ts';
import { arrivals } from '../../noise.ts';
import type { World } from '../../world.ts';
import type { Store } from '../store.ts';

/** Threads of a store's process; the one that answers a scrape runs (recordings/tikv-baseline: 126 to 129 in all). */
const threads = 128;
/** That many others run or wait for a core on a store with little to do, because a scrape rouses them too (recordings/tikv-cpu-throttle: 2.5 to 3 in all). */
const roused = 1.5;
/** More than so many pool threads there are not to wait for a core (recordings/tikv-write-overload: 21 to 26 at the most). */
const poolThreads = 18;
/** Threads that hold work when a quota is used up (recordings/tikv-cpu-throttle: four more than before). */
const throttled = 4;
const pool = { name: 'unified-read-pool', priority: 'medium' } as const;
const scheduler = { name: 'sched-worker-pool', priority: 'medium' } as const;

/**
 * What is under way in a store at the moment of a scrape: by Little's law a rate times the time that each takes is how many
 * there are on average, and Poisson's law how many of them a single look meets.
 */
export function exportUnderWay(world: World, store: Store): void {
  const random = world.random.fork(`under-way-${store.host.id}-${store.process.pid}`);
  const { registry } = store.metrics;
  registry.gauge('tikv_unified_read_pool_running_tasks', pool, () => arrivals(random, (store.meters.recent.reads * averageMs(store.getShape)) / 1000));
  registry.gauge('tikv_futurepool_pending_task_total', scheduler, () => arrivals(random, putsUnderWay(store)) + stuckPuts(world, store));
  exportThreadStates(store, random);
}

/** A put is a task of the scheduler's pool from its arrival until it is answered. */
export const putsUnderWay = ({ meters, putShape }: Store): number => (meters.recent.puts * averageMs(putShape)) / 1000;

/** While the disk hangs, every put that came since is still such a task. */
function stuckPuts({ index, traffic }: World, store: Store): number {
  if (!store.writer.stuck) return 0;
  let writes = 0;
  for (const region of index.of(store.id).led.items) writes += traffic.waiting.of(region).writes;
  return Math.floor(writes);
}

/** States of the process' threads, as `/proc` shows them; a state that no thread is in has no series. */
function exportThreadStates(store: Store, random: Random): void {
  const { registry } = store.metrics;
  const now = { waiting: 0, running: 0 };
  registry.beforeWrite(() => {
    now.waiting = random.chance(writerBusy(store)) ? 1 : 0;
    now.running = 1 + arrivals(random, roused + wanting(store));
  });
  const gauge = (state: string, read: () => number | undefined) => registry.gauge('tikv_threads_state', { state }, read);
  gauge('D', () => now.waiting || undefined);
  gauge('R', () => now.running);
  gauge('S', () => threads - now.waiting - now.running);
}

/** The store writer stands in the disk's queue for as much of the time as its turns take. */
const writerBusy = ({ writer, queue }: Store): number => (writer.stuck ? 1 : Math.min(1, (queue.turnsPerSecond * meanMs(queue.sync)) / 1000));

/** Threads that use a core or wait for one. */
const wanting = ({ host: { cpu } }: Store): number => Math.min(poolThreads, Math.min(cpu.wanted, cpu.available) * cpu.stretch) + throttled * (cpu.quotaWait()?.share ?? 0);
