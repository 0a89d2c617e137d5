import { controlsOf } from '../clusters/twin/controls.ts';
import { brokenLaw, lawfulWorld, type LawfulWorld } from '../clusters/twin/laws/laws.ts';
import { unrest } from '../clusters/twin/laws/steady.ts';
import { calendarOf, nodesOf, perform, specOf } from './acts.ts';
import type { Schedule } from './schedule.ts';

/** Before the first fault, so that there is a steady state to leave. */
const settleSeconds = 20;
/** Whoever heals a cluster looks again when what was asked to stop has stopped (20 s of grace) and what slept has read its signals. */
const lookAgainSeconds = 30;
/** After the last revert the cluster must be steady again within this. */
export const convergeSeconds = 240;

/** Lets a twin live through a schedule; the first law that it broke, with the second at which it was seen, or undefined. */
export async function lawBrokenBy(schedule: Schedule): Promise<string | undefined> {
  const watched = lawfulWorld(specOf(schedule), schedule.seed);
  const controls = controlsOf(watched.world);
  let broken = live(watched, settleSeconds);
  for (const due of calendarOf(schedule)) {
    broken ??= live(watched, settleSeconds + due.atSeconds);
    if (broken !== undefined) return broken;
    await perform(due, controls, nodesOf(schedule));
  }
  const lastSeconds = Math.max(0, ...schedule.acts.map((act) => act.atSeconds + act.holdSeconds));
  broken ??= live(watched, settleSeconds + lastSeconds + lookAgainSeconds);
  for (const act of schedule.acts) await perform({ act, what: 'revert' }, controls, nodesOf(schedule));
  return broken ?? converge(watched);
}

/** Second by second up to this one since the beginning. */
function live({ world, laws, startMs }: LawfulWorld, untilSeconds: number): string | undefined {
  for (let seconds = Math.floor((world.engine.nowMs - startMs) / 1_000); seconds < untilSeconds; seconds++) {
    world.engine.runTo(startMs + (seconds + 1) * 1_000);
    const broken = brokenLaw(laws);
    if (broken !== undefined) return `${broken} (second ${seconds + 1 - settleSeconds})`;
  }
  return undefined;
}

function converge(watched: LawfulWorld): string | undefined {
  const { world, startMs } = watched;
  const beganSeconds = Math.ceil((world.engine.nowMs - startMs) / 1_000);
  for (let seconds = 0; seconds <= convergeSeconds; seconds += 5) {
    const broken = live(watched, beganSeconds + seconds);
    if (broken !== undefined) return broken;
    if (unrest(world).length === 0) return undefined;
  }
  return `it does not come to rest within ${convergeSeconds} s after the last revert: ${unrest(world).slice(0, 5).join('; ')}`;
}
