import type { World } from '../../world.ts';
import { schedulerEvents } from '../leader-counters.ts';
import { balanceHotRegion } from './balance-hot-region.ts';
import { balanceLeader } from './balance-leader.ts';
import { balanceRegion } from './balance-region.ts';
import { evictLeader } from './evict.ts';
import { evictSlowStore } from './evict-slow-store.ts';
import { evictStoppingStore } from './evict-stopping-store.ts';
import type { Scheduler, SchedulerFactory } from './scheduler.ts';

/** What PD can run. */
const factories: Readonly<Record<string, SchedulerFactory>> = {
  'balance-leader-scheduler': balanceLeader,
  'balance-region-scheduler': balanceRegion,
  'balance-hot-region-scheduler': balanceHotRegion,
  'evict-slow-store-scheduler': evictSlowStore,
  'evict-stopping-store-scheduler': evictStoppingStore,
  'evict-leader-scheduler': evictLeader,
};

/** Those that a new cluster has. */
export const defaultSchedulers = Object.keys(factories).filter((name) => name !== 'evict-leader-scheduler');

const usualPace = { busyMs: 10, idleMs: 5_000 };
/** From PD's published code (`maxScheduleRetries`), and as recorded: an idle scheduler is asked 120 times a minute. */
const triesPerLook = 10;

/** Runs the schedulers: every 10 ms while they find work, ever more rarely, down to every 5 s, while they do not; ten tries each time. */
export class SchedulerController {
  readonly #world: World;
  readonly #running = new Map<string, Scheduler>();
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  get names(): string[] {
    return [...this.#running.keys()];
  }

  get(name: string): Scheduler | undefined {
    return this.#running.get(name);
  }

  knows(name: string): boolean {
    return name in factories;
  }

  add(name: string): Scheduler | undefined {
    const factory = factories[name];
    if (!factory || this.#running.has(name)) return undefined;
    const scheduler = factory(this.#world);
    this.#running.set(name, scheduler);
    this.#loop(scheduler);
    this.#world.pd.schedulerAdded(name);
    return scheduler;
  }

  remove(name: string): boolean {
    const scheduler = this.#running.get(name);
    if (!scheduler) return false;
    this.#running.delete(name);
    this.#pausedUntilMs.delete(name);
    scheduler.removed?.();
    this.#world.pd.schedulerRemoved(name);
    return true;
  }

  /** Lets a scheduler rest for so long, or work again at once with 0; `all` stands for each. False where there is none by that name. */
  pause(name: string, spanMs: number): boolean {
    const names = name === 'all' ? this.names : this.#running.has(name) ? [name] : [];
    for (const each of names) this.#pausedUntilMs.set(each, this.#world.engine.nowMs + spanMs);
    return names.length > 0;
  }

  /** Another member leads: it runs all that are there, and knows of no pause. */
  leaderServes(): void {
    this.#pausedUntilMs.clear();
  }

  isPaused(name: string): boolean {
    return (this.#pausedUntilMs.get(name) ?? -Infinity) > this.#world.engine.nowMs;
  }

  #loop(scheduler: Scheduler): void {
    const { engine } = this.#world;
    const events = schedulerEvents(this.#world, scheduler.name);
    const { busyMs, idleMs } = scheduler.pace ?? usualPace;
    let pauseMs = busyMs;
    const look = () => {
      if (this.#running.get(scheduler.name) !== scheduler) return;
      const asked = this.#mayRun(scheduler);
      const found = asked && scheduler.run(triesPerLook);
      if (asked) events.add('schedule', found ? 1 : triesPerLook);
      pauseMs = found ? busyMs : Math.min(idleMs, Math.ceil(pauseMs * 1.3));
      engine.after(pauseMs, look);
    };
    engine.after(busyMs, look);
  }

  #mayRun({ name, limit }: Scheduler): boolean {
    const { pd } = this.#world;
    if (pd.members.serving === undefined || pd.config.halted || this.isPaused(name)) return false;
    return !limit || pd.operators.countOf(limit.kind) < Number(pd.config.get(limit.item)) || pd.operators.refuse(name, limit.kind);
  }
}
