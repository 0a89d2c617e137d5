import { rateWords } from '../../statistics/wilson.ts';
import { type Belief, calibrationOf, calibrationWords } from '../../scoring/calibration.ts';
import { oracleName } from '../../scoring/floors.ts';
import { brokenFloors, countStates, type Tally, tallyFloors, tallyScenarios } from './tally.ts';
import { isJudged, type Trial } from './trial.ts';

/** What a suite prints: scenarios, those that need attention first; floors and ceiling; every state with its count; the worst trial. */
export function suiteText(trials: readonly Trial[], shownPath: (path: string) => string): string {
  const scenarios = tallyScenarios(trials);
  const floors = tallyFloors(trials);
  const passes = trials.filter((trial) => trial.scorecard.verdict === 'PASS').length;
  const judged = trials.filter(isJudged).length;
  const width = Math.max(20, ...[...scenarios, ...floors].map((row) => row.name.length)) + 2;
  return [
    ...scenarios.map((row) => rowText(row, stateWord(row), width)),
    '',
    `${passes} of ${judged} judged trials pass  ${rateWords(passes, judged)}   diagnostician ${trials[0]?.diagnostician.name ?? 'none'}`,
    `states: ${Object.entries(countStates(trials)).map(([state, count]) => `${state} ${count}`).join(', ')}  (${trials.length} trials)`,
    '',
    ...floors.map((row) => rowText(row, row.name === oracleName ? 'ceiling' : 'floor', width)),
    ...brokenFloors(floors).map((warning) => `! ${warning}`),
    ...beside(trials),
    ...worstTrial(trials, shownPath),
  ].join('\n').concat('\n');
}

/** What is told beside the points: how sure against how right, and what it took. */
function beside(trials: readonly Trial[]): string[] {
  const judged = trials.filter(isJudged);
  const calibration = calibrationOf(beliefsOf(judged));
  if (calibration === null) return [];
  const total = judged.reduce((sum, { effort }) => sum + effort.toolCalls, 0);
  const tokens = judged.reduce((sum, { effort }) => sum + effort.inputTokens + effort.outputTokens, 0);
  const costs = judged.flatMap(({ effort }) => effort.costUsd ?? []);
  const spent = [`${Math.round(total / judged.length)} tool calls a trial`, ...(tokens > 0 ? [`${tokens} tokens`] : []), ...(costs.length > 0 ? [`$${costs.reduce((sum, cost) => sum + cost, 0).toFixed(2)} in all`] : [])];
  return ['', `calibration  ${calibrationWords(calibration)}`, `cost         ${spent.join(', ')}`];
}

/** How sure each judged answer was, and whether it passed. */
export function beliefsOf(trials: readonly Trial[]): Belief[] {
  return trials.flatMap(({ confidence, scorecard }) => (confidence === null ? [] : [{ confidence, right: scorecard.verdict === 'PASS' }]));
}

/** One line for one finished trial, for the log of a suite that goes on. */
export function trialLine(trial: Trial, position: string): string {
  const { scorecard } = trial;
  const about = scorecard.verdict === 'PASS' ? scorecard.said : `${scorecard.failureClass ?? trial.state}: ${scorecard.because}`;
  return `[${position}] ${scorecard.verdict.padEnd(12)} ${trial.scenario} seed ${trial.seed}  ${scoreText(scorecard.score)}  w ${(trial.wallMs / 1000).toFixed(1)} s  ${about}\n`;
}

/** The command that repeats one trial with the same diagnostician. */
export function repeatCommand(scenario: string, seed: number, diagnostician: string): string {
  const plain = /^[\w:./-]+$/.test(diagnostician);
  return `npx lab run ${scenario} --seed ${seed} --diagnostician ${plain ? diagnostician : JSON.stringify(diagnostician)}`;
}

function rowText(row: Tally, word: string, width: number): string {
  const unjudged = row.trials - row.judged;
  const notes = [...row.failures.map(([name, count]) => (count === 1 ? name : `${name} x${count}`)), ...(unjudged > 0 ? [`${unjudged} not judged`] : [])];
  return `${word.padEnd(8)} ${row.name.padEnd(width)} ${rateWords(row.passes, row.judged).padEnd(18)} score ${scoreText(row.meanScore).padEnd(6)} ${notes.join(', ')}`.trimEnd();
}

function stateWord(row: Tally): string {
  if (row.judged === 0) return 'UNKNOWN';
  return row.passes === row.judged ? 'PASS' : 'FAIL';
}

function worstTrial(trials: readonly Trial[], shownPath: (path: string) => string): string[] {
  const failing = trials.filter((trial) => trial.scorecard.verdict === 'FAIL').sort((a, b) => (a.scorecard.score ?? 0) - (b.scorecard.score ?? 0))[0];
  if (failing === undefined) return [];
  const { scorecard } = failing;
  return [
    '',
    `worst     ${failing.scenario} seed ${failing.seed}  ${scoreText(scorecard.score)}/100  ${scorecard.failureClass ?? ''}`,
    `said      ${scorecard.said}`,
    `expected  ${scorecard.expected}`,
    `because   ${scorecard.because}`,
    `report    ${shownPath(failing.bundleDir)}/index.html`,
    `again     ${repeatCommand(failing.scenario, failing.seed, failing.diagnostician.name)}`,
  ];
}

const scoreText = (score: number | null): string => (score === null ? '-' : String(score));
