import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { World } from '../world.ts';
import { heartbeat } from './heartbeat.ts';
import { goneLines } from './stop-lines.ts';
import type { Store } from './store.ts';

/** `server.graceful-shutdown-timeout`. */
const patienceMs: Millis = 20_000;
const pollMs = 1_000;

/**
 * SIGTERM in 8.5.5 and later: the store tells PD at once that it stops, PD's evict-stopping-store-scheduler moves the leaders
 * away, and the process tells PD so and ends when none is left or its patience is.
 */
export class GracefulShutdown {
  readonly #world: World;
  readonly #store: Store;
  readonly #random: Random;
  #sinceMs: Millis = 0;

  constructor(world: World, store: Store) {
    this.#world = world;
    this.#store = store;
    this.#random = world.random.fork(`graceful-shutdown-${store.node}`);
  }

  begin(): void {
    const store = this.#store;
    if (!store.serving || store.stopping) return store.serving ? undefined : store.process.exit();
    this.#sinceMs = this.#world.engine.nowMs;
    store.log({ source: 'signal_handler.rs:44', message: 'receive signal 15, starting graceful shutdown...', fields: [['thread_id', 133]] });
    this.#tellPd(true);
    this.#poll();
  }

  #poll(): void {
    const store = this.#store;
    const waitedMs = this.#world.engine.nowMs - this.#sinceMs;
    const leaders = this.#world.index.of(store.id).led.size;
    if (leaders === 0) return this.#finish('INFO', 'server.rs:1730', 'All leaders evicted, completing graceful shutdown');
    if (waitedMs >= patienceMs) return this.#finish('WARN', 'server.rs:1735', `Graceful shutdown timeout reached with ${leaders} leaders remaining`);
    store.log({
      source: 'server.rs:1742', message: 'Waiting for leader eviction',
      fields: [['elapsed', `${waitedMs / 1000}s`], ['leaders_count', leaders], ['thread_id', 1]],
    });
    store.process.after(pollMs, () => this.#poll());
  }

  #tellPd(stopping: boolean): void {
    this.#store.stopping = stopping;
    this.#store.log({ source: 'pd.rs:2141', message: 'handle graceful shutdown', fields: [['state', stopping], ['thread_id', 37]] });
    heartbeat(this.#world, this.#store, this.#random);
  }

  #finish(level: 'INFO' | 'WARN', source: string, message: string): void {
    const store = this.#store;
    store.log({ level, source, message, fields: [['thread_id', 1]] });
    this.#tellPd(false);
    store.process.after(200, () => {
      store.log({ source: 'server.rs:1711', message: 'Graceful shutdown completed', fields: [['thread_id', 1]] });
      store.logAll(goneLines(this.#world.links.metBy(store).length));
      store.process.after(700, () => store.process.exit());
    });
  }
}
