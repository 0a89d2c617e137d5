import type { Counter } from '../metrics/instruments.ts';
import { CounterFamily, type Registry } from '../metrics/registry.ts';
import type { World } from '../world.ts';

/** Counters of one metric that differ in one label, of whichever member leads: each is looked up once as long as that one does, and nothing is counted while nobody leads. */
export class LeaderCounters {
  readonly #world: World;
  readonly #make: (registry: Registry, value: string) => Counter;
  #registry: Registry | undefined;
  #counters: CounterFamily | undefined;

  constructor(world: World, make: (registry: Registry, value: string) => Counter) {
    this.#world = world;
    this.#make = make;
  }

  add(value: string, amount = 1): void {
    const registry = this.#world.pd.metrics;
    if (!registry) return;
    if (registry !== this.#registry || !this.#counters) {
      this.#registry = registry;
      this.#counters = new CounterFamily((each) => this.#make(registry, each));
    }
    this.#counters.of(value).add(amount);
  }
}

/** What a checker of PD did and found, by event. */
export const checkerEvents = (world: World, type: string): LeaderCounters => new LeaderCounters(world, (registry, name) => registry.counter('pd_checker_event_count', { name, type }));

/** What a scheduler of PD did and found, by event. */
export const schedulerEvents = (world: World, type: string): LeaderCounters => new LeaderCounters(world, (registry, name) => registry.counter('pd_scheduler_event_count', { type, name }));
