import { defined } from '../../../src/kernel/assert.ts';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { World } from './world.ts';

/** How long the world really runs before the clock is shown, and for how long it then seems to have run. */
const spanMs: Millis = 120_000;
const unseenMs: Millis = 30_000;
const seemsMs: Millis = 4 * 3_600_000;
const times = seemsMs / unseenMs;

/**
 * Makes a world that has lived for hours: half a minute runs unseen, everything that was counted in it is multiplied to four
 * hours, processes' starts are moved back as far, and a minute and a half run under the eyes of the scraper and the log.
 */
function run(world: World, untilMs: Millis): void {
  world.journal.muted = true;
  world.begin();
  world.engine.runTo(untilMs - spanMs + unseenMs);
  for (const registry of world.scraper.registries) registry.age(times);
  for (const store of world.stores) store.age(times);
  for (const server of world.pd.members.servers) server.metrics.age(times);
  for (const registry of world.scraper.registries) registry.flush();
  const bornMs = untilMs - spanMs - seemsMs;
  const random = world.random.fork('birth');
  for (const host of world.hosts) host.process.backdate(bornMs + random.below(9_000));
  for (const store of world.stores) store.process.backdate(store.meters.flushing.startNotBefore(bornMs));
  world.pd.bootstrapMs = bornMs + 10_000;
  for (const store of world.stores) defined(world.pd.stores.get(store.id), 'a store that PD knows').startTimestampSeconds = store.startTimestampSeconds;
  world.pd.reports.assume(20);
  world.pd.operators.assume(Math.ceil(world.regions.length * 0.6));
  world.journal.muted = false;
  world.scraper.start();
  world.engine.runTo(untilMs);
}

/** The time before the clock begins. */
export const warmUp = { spanMs, run } as const;
