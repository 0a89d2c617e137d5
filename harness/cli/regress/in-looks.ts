import type { Diagnostician } from '../../../src/diagnosis/contract.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { allowedDrop, rulesOut } from '../../statistics/margin.ts';
import { looks } from '../../statistics/looks.ts';
import { runSuite } from '../suite/run-suite.ts';
import { type Baseline, type BaselineTrial, forBaseline } from './baseline.ts';
import { compare, type Comparison } from './compare.ts';

/** What is compared with a baseline, on how many seeds at most. */
export interface LookRequest {
  readonly spec: string;
  readonly diagnostician: Diagnostician;
  readonly scenarios: readonly Scenario[];
  readonly seeds: number;
}

/** Performs half of the seeds and looks; performs the rest only when the first look leaves it open. */
export async function compareInLooks(baseline: Baseline, { seeds, scenarios, ...who }: LookRequest): Promise<{ readonly comparison: Comparison; readonly look: number } | { readonly interruptedWith: number }> {
  const present: BaselineTrial[] = [];
  let seen = 0;
  for (const [index, { share, alpha }] of looks.entries()) {
    const until = Math.ceil(share * seeds);
    // A recording is one incident: the first look has seen it.
    const chosen = seen === 0 ? scenarios : scenarios.filter((scenario) => scenario.cluster.kind !== 'recorded');
    if (until > seen && chosen.length > 0) {
      const { trials, interruptedWith } = await runSuite({ ...who, scenarios: chosen, seedFrom: seen + 1, trials: until - seen });
      if (interruptedWith !== undefined) return { interruptedWith };
      present.push(...trials.map(forBaseline));
      seen = until;
    }
    const comparison = compare(baseline, present, alpha);
    if (index === looks.length - 1 || isFinal(comparison)) return { comparison: { ...comparison, unrepeated: missingFrom(baseline, present, scenarios, seeds) }, look: index + 1 };
  }
  throw new Error('the last look is final');
}

/** A regression needs no second look, and neither does a suite in which more than the margin is ruled out and nothing went wrong. */
function isFinal({ decision, paired, violations, exitCode }: Comparison): boolean {
  if (decision.state === 'regressed' || violations.length > 0) return true;
  const worse = paired.filter(({ before, now }) => before.verdict === 'PASS' && now.verdict !== 'PASS').length;
  return exitCode === 0 && decision.state === 'steady' && rulesOut(worse, paired.length, allowedDrop);
}

/** Trials of the baseline that were not repeated although they were asked for or are gone; seeds that a look saved are not missing. */
function missingFrom(baseline: Baseline, present: readonly BaselineTrial[], scenarios: readonly Scenario[], seeds: number): number {
  const there = new Set(present.map((trial) => `${trial.scenario}#${trial.seed}`));
  const chosen = new Set(scenarios.map((scenario) => scenario.id));
  return baseline.trials.filter((trial) => !there.has(`${trial.scenario}#${trial.seed}`) && !(chosen.has(trial.scenario) && trial.seed <= seeds)).length;
}
