import type { Millis } from '../../../../../src/kernel/clock.ts';
import type { Random } from '../../../../../src/kernel/random.ts';
import type { World } from '../../world.ts';
import { type LeaderCounters, schedulerEvents } from '../leader-counters.ts';
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
/** A pause after a look in vain is so many times the one before (`ScheduleIntervalFactor`, from PD's published code). */
const growth = 1.3;
/** From PD's published code (`maxScheduleRetries`), and as recorded: an idle scheduler is asked 120 times a minute. */
const triesPerLook = 10;
/** So much later than the one before does a new leader start each scheduler: it writes each one's configuration first (recorded three times). */
const startMs = { least: 3, most: 15 } as const;

/** A scheduler and the course of its looks. */
interface Course {
  readonly scheduler: Scheduler;
  /** How long until the next look. */
  pauseMs: Millis;
}

/**
 * Runs the schedulers: every 10 ms while they find work, ever more rarely, down to every 5 s, while they do not; ten tries each time.
 * Whoever may not look, because it is paused or as many operators run as may, keeps its pace. Each goes its own course: in a cluster
 * that has served for hours their looks lie anywhere, under a new leader they start one after another.
 */
export class SchedulerController {
  readonly #world: World;
  readonly #random: Random;
  readonly #running = new Map<string, Course>();
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('schedulers');
  }

  /** Those of a new cluster, which have looked in vain for hours. */
  begin(): void {
    for (const name of defaultSchedulers) {
      const scheduler = this.#make(name);
      const { idleMs } = scheduler?.pace ?? usualPace;
      if (scheduler) this.#run(scheduler, { pauseMs: idleMs, firstMs: this.#random.below(idleMs) });
    }
  }

  get names(): string[] {
    return [...this.#running.keys()];
  }

  /** Those that the member that leads has started; undefined while none may start. */
  get started(): string[] | undefined {
    return this.#world.pd.coordinator.runs ? this.names : undefined;
  }

  get(name: string): Scheduler | undefined {
    return this.#running.get(name)?.scheduler;
  }

  knows(name: string): boolean {
    return name in factories;
  }

  add(name: string): Scheduler | undefined {
    const scheduler = this.#make(name);
    if (scheduler) this.#start(scheduler);
    return scheduler;
  }

  #make(name: string): Scheduler | undefined {
    const factory = factories[name];
    if (!factory || this.#running.has(name)) return undefined;
    this.#world.pd.schedulerAdded(name);
    return factory(this.#world);
  }

  remove(name: string): boolean {
    const scheduler = this.get(name);
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

  /** Another member leads: it starts all that are there, one after another, and knows of no pause. */
  leaderServes(): void {
    this.#pausedUntilMs.clear();
    let afterMs = 0;
    for (const name of this.names.sort()) {
      this.#start(this.get(name) as Scheduler, afterMs);
      afterMs += this.#random.between(startMs.least, startMs.most);
    }
  }

  isPaused(name: string): boolean {
    return (this.#pausedUntilMs.get(name) ?? -Infinity) > this.#world.engine.nowMs;
  }

  /** It has looked never before. */
  #start(scheduler: Scheduler, afterMs: Millis = 0): void {
    const { busyMs } = scheduler.pace ?? usualPace;
    this.#run(scheduler, { pauseMs: busyMs, firstMs: afterMs + busyMs });
  }

  #run(scheduler: Scheduler, { pauseMs, firstMs }: { readonly pauseMs: Millis; readonly firstMs: Millis }): void {
    const { engine } = this.#world;
    const course: Course = { scheduler, pauseMs };
    this.#running.set(scheduler.name, course);
    const events = schedulerEvents(this.#world, scheduler.name);
    const look = () => {
      if (this.#running.get(scheduler.name) !== course) return;
      if (this.#mayRun(scheduler)) this.#look(course, events);
      engine.after(course.pauseMs, look);
    };
    engine.after(firstMs, look);
  }

  #look(course: Course, events: LeaderCounters): void {
    const { scheduler } = course;
    const { busyMs, idleMs } = scheduler.pace ?? usualPace;
    const found = scheduler.run(triesPerLook);
    events.add('schedule', found ? 1 : triesPerLook);
    course.pauseMs = found ? busyMs : Math.min(idleMs, course.pauseMs * growth);
  }

  #mayRun({ name, limit }: Scheduler): boolean {
    const { pd } = this.#world;
    if (pd.members.serving === undefined || !pd.coordinator.runs || pd.config.halted || this.isPaused(name)) return false;
    return !limit || pd.operators.countOf(limit.kind) < Number(pd.config.get(limit.item)) || pd.operators.refuse(name, limit.kind);
  }
}
