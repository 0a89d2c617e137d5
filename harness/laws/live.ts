import { LabError } from '../../src/kernel/result.ts';
import type { Capability, ClusterSpec, NodeId } from '../clusters/contract.ts';
import { controlsOf } from '../clusters/twin/controls.ts';
import { brokenLaw, lawfulWorld, type LawfulWorld } from '../clusters/twin/laws/laws.ts';
import { unrest } from '../clusters/twin/laws/steady.ts';
import type { World as FaultWorld } from '../faults/contract.ts';
import { faults } from '../faults/registry.ts';
import { parametersOf } from './parameters.ts';
import type { Act, Schedule } from './schedule.ts';

/** Before the first fault, so that there is a steady state to leave. */
const settleSeconds = 20;
/** Whoever heals a cluster looks again when what was asked to stop has stopped (20 s of grace) and what slept has read its signals. */
const lookAgainSeconds = 30;
/** After the last revert the cluster must be steady again within this. */
export const convergeSeconds = 240;

/** What is about to happen at an instant. */
interface Due {
  readonly atSeconds: number;
  readonly act: Act;
  readonly what: 'inject' | 'revert';
}

/** Lets a twin live through a schedule; the first law that it broke, with the second at which it was seen, or undefined. */
export async function lawBrokenBy(schedule: Schedule): Promise<string | undefined> {
  const watched = lawfulWorld(specOf(schedule), schedule.seed);
  const controls = controlsOf(watched.world) as unknown as FaultWorld<Capability>;
  let broken = live(watched, settleSeconds);
  for (const { atSeconds, act, what } of calendarOf(schedule)) {
    broken ??= live(watched, settleSeconds + atSeconds);
    if (broken !== undefined) return broken;
    await (what === 'inject' ? inject(act) : revert(act));
  }
  const lastSeconds = Math.max(0, ...schedule.acts.map((act) => act.atSeconds + act.holdSeconds));
  broken ??= live(watched, settleSeconds + lastSeconds + lookAgainSeconds);
  for (const act of schedule.acts) await revert(act);
  return broken ?? converge(watched);

  async function inject(act: Act): Promise<void> {
    const fault = faults.get(act.fault);
    try {
      await fault?.inject(controls, victimsOf(act, watched), parametersOf(fault, act.draws));
    } catch (error) {
      // What this world cannot do, or PD cannot do now, does not happen; anything else is a bug.
      if (!(error instanceof LabError)) throw error;
    }
  }

  async function revert(act: Act): Promise<void> {
    const fault = faults.get(act.fault);
    try {
      await fault?.revert(controls, victimsOf(act, watched), parametersOf(fault, act.draws));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
}

const specOf = ({ pd, tikv, regions, load }: Schedule): ClusterSpec => ({
  kind: 'twin', subject: 'tikv', roles: { pd, tikv }, regions,
  load: { shape: load.rate === 0 ? 'idle' : 'mixed', ratePerSecond: load.rate, reads: load.readsPercent / 100, keys: load.keys, valueBytes: load.valueBytes },
});

/** Injections and reverts in order of time; what is due together comes in the order of the schedule. */
function calendarOf({ acts }: Schedule): Due[] {
  const due = acts.flatMap((act): Due[] => [
    { atSeconds: act.atSeconds, act, what: 'inject' }, { atSeconds: act.atSeconds + act.holdSeconds, act, what: 'revert' },
  ]);
  return due.sort((a, b) => a.atSeconds - b.atSeconds);
}

/** Stores come first, because most faults strike those. */
function victimsOf({ victims }: Act, { world }: LawfulWorld): NodeId[] {
  const hosts = [...world.hosts].sort((a, b) => (a.role === b.role ? 0 : a.role === 'tikv' ? -1 : 1));
  return [...new Set(victims.map((victim) => hosts[victim % hosts.length]?.id ?? ''))];
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
