import type { Millis } from '../../../src/kernel/clock.ts';
import type { World } from './world.ts';

/** How long the world really runs before the clock is shown, and for how long it then seems to have run. */
const spanMs: Millis = 180_000;
const unseenMs: Millis = 60_000;
const seemsMinutes = 240;

/**
 * Makes a world that has lived for hours: a minute runs unseen, everything that was counted in it is multiplied to four
 * hours, processes' starts are moved back as far, and two more minutes run under the eyes of the scraper and the log.
 */
function run(world: World, untilMs: Millis): void {
  world.journal.muted = true;
  world.begin();
  world.engine.runTo(untilMs - spanMs + unseenMs);
  for (const registry of world.scraper.registries) registry.age(seemsMinutes);
  for (const store of world.stores) store.age(seemsMinutes);
  for (const server of world.pd.members.servers) server.metrics.age(seemsMinutes);
  const bornMs = untilMs - spanMs - seemsMinutes * 60_000;
  const random = world.random.fork('birth');
  for (const host of world.hosts) host.process.backdate(bornMs + random.below(9_000));
  world.pd.bootstrapMs = bornMs + 10_000;
  for (const store of world.stores) world.pd.noteStart(store);
  world.journal.muted = false;
  world.scraper.start();
  world.engine.runTo(untilMs);
}

/** The time before the clock begins. */
export const warmUp = { spanMs, run } as const;
