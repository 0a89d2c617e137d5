import { calibrationOf } from '../../scoring/calibration.ts';
import { countStates, brokenFloors, suiteExitCode, tallyFloors, tallyScenarios, type Tally } from './tally.ts';
import { beliefsOf } from './text.ts';
import { isJudged, type Trial } from './trial.ts';

/** How a suite was asked for, as far as its document repeats it. */
export interface SuiteAsked {
  readonly diagnostician: { readonly name: string; readonly fingerprint: string };
  readonly trialsPerScenario: number;
  readonly seedFrom: number;
  readonly planned: number;
  readonly exitCode: number;
  readonly shownPath: (path: string) => string;
}

/** The one document of `lab suite --json`, `lab.suite/v1`. */
export function suiteDocument(trials: readonly Trial[], asked: SuiteAsked): object {
  const floors = tallyFloors(trials);
  return {
    schema: 'lab.suite/v1',
    diagnostician: asked.diagnostician,
    trialsPerScenario: asked.trialsPerScenario,
    seedFrom: asked.seedFrom,
    planned: asked.planned,
    notPerformed: asked.planned - trials.filter(({ state }) => state !== 'interrupted').length,
    passes: trials.filter((trial) => trial.scorecard.verdict === 'PASS').length,
    judged: trials.filter(isJudged).length,
    states: countStates(trials),
    scenarios: tallyScenarios(trials).map((row) => ({ ...rate(row), trials: trials.filter((trial) => trial.scenario === row.name).map((trial) => trialDocument(trial, asked)) })),
    floors: floors.map(rate),
    warnings: brokenFloors(floors),
    calibration: calibrationOf(beliefsOf(trials.filter(isJudged))),
    exitCode: asked.exitCode,
    wallMs: Math.round(trials.reduce((sum, trial) => sum + trial.wallMs, 0)),
  };
}

function rate(row: Tally): object {
  const { name, passes, judged, meanScore, interval, failures } = row;
  return { name, passes, judged, notJudged: row.trials - judged, wilson95: { low: rounded(interval.low), high: rounded(interval.high) }, meanScore, failures: Object.fromEntries(failures) };
}

function trialDocument(trial: Trial, { shownPath }: SuiteAsked): object {
  const { verdict, score, failureClass, said, expected, because } = trial.scorecard;
  return { seed: trial.seed, state: trial.state, verdict, score, failureClass, said, expected, because, exitCode: suiteExitCode([trial]), bundle: shownPath(trial.bundleDir), wallMs: Math.round(trial.wallMs) };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
