import { runStates } from '../../history/bundle.ts';
import { oracleName } from '../../scoring/floors.ts';
import { type Interval, wilson } from '../../statistics/wilson.ts';
import { exitCodeOf } from '../exit.ts';
import { isJudged, type Outcome, type Trial } from './trial.ts';

/** Passes of one scenario, or of one floor, over the trials that could be judged. */
export interface Tally {
  readonly name: string;
  readonly passes: number;
  readonly judged: number;
  readonly trials: number;
  readonly meanScore: number | null;
  readonly interval: Interval;
  /** How often each failure class occurred, most frequent first. */
  readonly failures: readonly (readonly [string, number])[];
}

/** One tally per scenario: those that need attention first, then by name. */
export function tallyScenarios(trials: readonly Trial[]): Tally[] {
  const tallies = [...Map.groupBy(trials, (trial) => trial.scenario)].map(([scenario, own]) => tally(scenario, own.length, own.filter(isJudged).map((trial) => trial.scorecard)));
  return tallies.sort((a, b) => attention(a) - attention(b) || (a.name < b.name ? -1 : 1));
}

/** One tally per floor and one for the oracle, over all judged trials. */
export function tallyFloors(trials: readonly Trial[]): Tally[] {
  const scores = trials.flatMap((trial) => trial.floors);
  return [...Map.groupBy(scores, (each) => each.name)].map(([name, own]) => tally(name, own.length, own.map((each) => each.scorecard)));
}

/** What the floors say about the scoring itself: a guess that passes, or a truth that does not. */
export function brokenFloors(floors: readonly Tally[]): string[] {
  return floors.flatMap((floor) => {
    if (floor.name === oracleName) return floor.passes < floor.judged ? [`the oracle fails ${floor.judged - floor.passes} of ${floor.judged}: a scenario asks for what nobody could answer`] : [];
    return floor.passes > 0 ? [`the ${floor.name} passes ${floor.passes} of ${floor.judged}: a scenario or the scoring can be gamed`] : [];
  });
}

/** A killed run is performed again, and a suite knows the truth of all its incidents. */
const neverInSuites: ReadonlySet<string> = new Set(['running', 'diagnosed']);

/** How many trials ended in each state; every state is counted, also those that never occurred. */
export function countStates(trials: readonly Trial[]): Record<string, number> {
  return Object.fromEntries(runStates.filter((state) => !neverInSuites.has(state)).map((state) => [state, trials.filter((trial) => trial.state === state).length]));
}

/** One exit code for many trials: an interruption outranks a wrong answer, which outranks infrastructure, which outranks doubt. Nothing judged is infrastructure. */
export function suiteExitCode(trials: readonly Trial[], interruptedWith?: number): number {
  if (interruptedWith !== undefined) return interruptedWith;
  const codes = trials.map((trial) => exitCodeOf(trial.state, trial.scorecard));
  const worst = [130, 1, 4, 3].find((code) => codes.includes(code)) ?? 0;
  return worst !== 130 && worst !== 1 && !trials.some(isJudged) ? 4 : worst;
}

function tally(name: string, trials: number, scorecards: readonly Outcome[]): Tally {
  const passes = scorecards.filter((scorecard) => scorecard.verdict === 'PASS').length;
  const scores = scorecards.flatMap((scorecard) => scorecard.score ?? []);
  const failures = [...Map.groupBy(scorecards.flatMap((scorecard) => scorecard.failureClass ?? []), (failure) => failure)].map(([failure, all]) => [failure, all.length] as const);
  return {
    name, passes, trials,
    judged: scorecards.length,
    meanScore: scores.length === 0 ? null : Math.round((10 * scores.reduce((sum, each) => sum + each, 0)) / scores.length) / 10,
    interval: wilson(passes, scorecards.length),
    failures: failures.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
  };
}

function attention({ passes, judged, trials }: Tally): number {
  if (passes < judged) return 0;
  return judged < trials ? 1 : 2;
}
