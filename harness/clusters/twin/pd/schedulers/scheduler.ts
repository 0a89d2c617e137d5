import type { Json } from '../../../../../src/kernel/json.ts';
import type { World } from '../../world.ts';

/** A scheduler of PD: looks at what PD knows and adds operators. */
export interface Scheduler {
  readonly name: string;
  /** One look, of so many tries: true when one of them found work. Tries that cannot differ are made once and counted. */
  readonly run: (tries: number) => boolean;
  /** Of these operators so many may run at a time, by an item of PD's configuration: while they do, it is not asked. */
  readonly limit?: Limit | undefined;
  /** What `/scheduler-config/<name>/list` shows. */
  readonly config: () => Json;
  /** How often it looks while it finds work, and at most how rarely while it does not; ten milliseconds and five seconds unless it says so. */
  readonly pace?: { readonly busyMs: number; readonly idleMs: number };
  /** Called when it is removed, to give back what it holds. */
  readonly removed?: () => void;
  /** Adds a store to a per-store scheduler, or takes it away; true when the scheduler is then empty. */
  readonly setStore?: (storeId: number, wanted: boolean) => boolean;
}

/** A kind of operators, and the item of PD's configuration that says how many of it may run. */
export interface Limit {
  readonly kind: string;
  readonly item: string;
}

/** The limit of all who hand leaders over. */
export const leaderLimit: Limit = { kind: 'leader', item: 'leader-schedule-limit' };

/** Makes a scheduler for a world. */
export type SchedulerFactory = (world: World) => Scheduler;

/** Every leader that PD knows of on this store. */
export const leadersOn = (world: World, storeId: number): number => world.pd.regions.ledBy(storeId).views.size;
