import type { Random } from '../../src/kernel/random.ts';
import type { Pair } from './gate.ts';
import { decideInLooks } from './looks.ts';

/** One scenario of a simulated suite: how many pairs, and how often it passes on either side. */
export interface SimulatedGroup {
  readonly group: string;
  readonly pairs: number;
  readonly before: number;
  readonly now: number;
}

/** How often the gate called a regression. */
export interface Simulated {
  readonly comparisons: number;
  readonly alarms: number;
  /** How many of the alarms came at the first look already. */
  readonly early: number;
}

/** Compares so many drawn suites, through the very gate that `lab regress` asks. Without a change every alarm is a false one. */
export function simulateGate(groups: readonly SimulatedGroup[], comparisons: number, random: Random): Simulated {
  let [alarms, early] = [0, 0];
  for (let comparison = 0; comparison < comparisons; comparison++) {
    const { decision, look } = decideInLooks(groups.flatMap((group) => drawn(group, random)));
    if (decision.state !== 'regressed') continue;
    alarms++;
    if (look === 1) early++;
  }
  return { comparisons, alarms, early };
}

function drawn({ group, pairs, before, now }: SimulatedGroup, random: Random): Pair[] {
  return Array.from({ length: pairs }, () => ({ group, before: random.chance(before), now: random.chance(now) }));
}
