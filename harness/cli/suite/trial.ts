import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostician } from '../../../src/diagnosis/contract.ts';
import { type Bundle, type Scorecard, submittedDiagnosis } from '../../history/bundle.ts';
import { filesBelow } from '../../history/digest.ts';
import type { Performed, PerformOptions } from '../../lab.ts';
import type { JUnitRow } from '../../reporting/junit.ts';
import { type Effort, effortOf } from '../../scoring/effort.ts';
import { scoreFloors } from '../../scoring/floors.ts';
import { junitRow } from './junit-row.ts';
import type { PlannedTrial } from './plan.ts';
import { stepsOf } from './steps.ts';

/** What tables count of a scorecard. */
export type Outcome = Pick<Scorecard, 'verdict' | 'score' | 'failureClass'>;

/** What is kept of one performed trial; the rest is in its bundle. Plain data: it travels between processes and into the database. */
export interface Trial {
  readonly scenario: string;
  readonly seed: number;
  readonly cluster: string;
  readonly state: Bundle['run']['state'];
  readonly scorecard: Scorecard;
  readonly floors: readonly { readonly name: string; readonly scorecard: Outcome }[];
  /** How sure the diagnosis was; null where there is none. */
  readonly confidence: number | null;
  readonly effort: Effort;
  /** What was asked, in order. */
  readonly steps: readonly string[];
  /** SHA-256 of the telemetry that the diagnostician could read; null where none was kept. */
  readonly telemetry: string | null;
  readonly diagnostician: Bundle['run']['diagnostician'];
  readonly bundleDir: string;
  readonly wallMs: number;
  /** The trial as a JUnit test case. */
  readonly junit: JUnitRow;
}

/** Performs one planned trial and never throws for what goes wrong in it. */
export type RunTrial<P extends PlannedTrial = PlannedTrial> = (planned: P) => Promise<Trial>;

/** Which trials to perform, how many at a time, and which are known already. */
export interface TrialsOptions<P extends PlannedTrial = PlannedTrial> {
  readonly plan: readonly P[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** `undefined` means that the trial may not be performed now. */
  readonly run: (planned: P) => Promise<Trial | undefined>;
  readonly known?: (planned: P) => Trial | undefined;
  /** Called for each trial that was performed now, as soon as it has ended. */
  readonly onTrial: (trial: Trial, done: number, total: number) => void;
}

/**
 * Performs what is not known yet, some at a time, until all are done or the signal is aborted. Answers in the order of the
 * plan, whatever ended first; what was not performed is left out.
 */
export async function performTrials<P extends PlannedTrial>(options: TrialsOptions<P>): Promise<Trial[]> {
  return (await performPlan(options)).filter((trial) => trial !== undefined);
}

/** As {@link performTrials}, with a place for each planned trial: `undefined` where it was not performed. */
export async function performPlan<P extends PlannedTrial>({ plan, concurrency, signal, run, known, onTrial }: TrialsOptions<P>): Promise<(Trial | undefined)[]> {
  const trials = plan.map((planned) => known?.(planned));
  const waiting = plan.map((planned, index) => ({ planned, index })).filter(({ index }) => trials[index] === undefined);
  let done = plan.length - waiting.length;
  const lane = async (): Promise<void> => {
    // An interrupted lane takes nothing more from the queue.
    for (let next = signal.aborted ? undefined : waiting.shift(); next !== undefined; next = signal.aborted ? undefined : waiting.shift()) {
      const trial = await run(next.planned);
      if (trial === undefined) continue;
      trials[next.index] = trial;
      done++;
      onTrial(trial, done, plan.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, waiting.length)) }, lane));
  return trials;
}

/** Performs trials in this very process; what a bug throws ends the suite. */
export function inProcess(options: { readonly diagnostician: Diagnostician; readonly signal: AbortSignal; readonly dirFor: (scenario: string, seed: number) => string; readonly perform: (options: PerformOptions) => Promise<Performed> }): RunTrial {
  const { diagnostician, signal, dirFor, perform } = options;
  return async ({ scenario, seed }) => trialOf(await perform({ scenario, seed, diagnostician, signal, outDir: dirFor(scenario.id, seed) }));
}

/** Whether a trial counts for or against the diagnostician. */
export function isJudged(trial: Pick<Trial, 'state'>): boolean {
  return trial.state === 'scored' || trial.state === 'agent-error';
}

/** What is kept of a performed run. */
export function trialOf(performed: Performed): Trial {
  const { bundle, bundleDir, wallMs } = performed;
  const { run, transcript } = bundle;
  return {
    scenario: run.scenario.id, seed: run.seed, cluster: run.cluster, state: run.state, diagnostician: run.diagnostician,
    scorecard: run.scorecard ?? unscored('the run was not judged'),
    floors: scoreFloors(bundle).map(({ name, scorecard: { verdict, score, failureClass } }) => ({ name, scorecard: { verdict, score, failureClass } })),
    confidence: submittedDiagnosis(bundle)?.confidence ?? null,
    effort: effortOf(transcript),
    steps: stepsOf(transcript),
    telemetry: telemetryDigest(bundleDir), bundleDir, wallMs, junit: junitRow(performed),
  };
}

/** A scorecard of a run that nobody judged. */
export function unscored(because: string): Scorecard {
  return { schema: 'lab.scorecard/v1', verdict: 'ERROR', score: null, headline: false, failureClass: null, said: 'nothing', expected: 'unknown', because, criteria: [], evidence: [] };
}

/** Digest of metrics, logs and inventory. The control-plane record is left out, since it also holds what the agent chose to ask. */
function telemetryDigest(bundleDir: string): string | null {
  const dir = join(bundleDir, 'incident');
  if (!existsSync(dir)) return null;
  const hash = createHash('sha256');
  for (const file of filesBelow(dir)) if (!file.startsWith('control')) hash.update(`${file}\0`).update(readFileSync(join(dir, file)));
  return hash.digest('hex');
}
