import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostician } from '../../../src/diagnosis/contract.ts';
import type { Bundle, Scorecard } from '../../history/bundle.ts';
import { filesBelow } from '../../history/digest.ts';
import type { Performed, PerformOptions } from '../../lab.ts';
import type { JUnitRow } from '../../reporting/junit.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { type FloorScore, scoreFloors } from '../../scoring/floors.ts';
import { junitRow } from './junit-row.ts';

/** What is kept of one performed trial; the rest is in its bundle. */
export interface Trial {
  readonly scenario: string;
  readonly seed: number;
  readonly cluster: string;
  readonly state: Bundle['run']['state'];
  readonly scorecard: Scorecard;
  readonly floors: readonly FloorScore[];
  /** SHA-256 of the telemetry that the diagnostician could read; null where none was kept. */
  readonly telemetry: string | null;
  readonly diagnostician: Bundle['run']['diagnostician'];
  readonly bundleDir: string;
  readonly wallMs: number;
  /** The trial as a JUnit test case. */
  readonly junit: JUnitRow;
}

/** Which trials to perform, and how. */
export interface TrialsOptions {
  readonly scenarios: readonly Scenario[];
  readonly diagnostician: Diagnostician;
  readonly trials: number;
  readonly seedFrom: number;
  readonly signal: AbortSignal;
  /** Where the bundle of a trial goes. */
  readonly dirFor: (scenario: string, seed: number) => string;
  readonly perform: (options: PerformOptions) => Promise<Performed>;
  readonly onTrial: (trial: Trial, done: number, total: number) => void;
}

/** Performs scenario after scenario, seed after seed, until all are done or the signal is aborted. */
export async function performTrials(options: TrialsOptions): Promise<Trial[]> {
  const planned = options.scenarios.flatMap((scenario) => seedsOf(scenario, options).map((seed) => ({ scenario, seed })));
  const trials: Trial[] = [];
  for (const { scenario, seed } of planned) {
    if (options.signal.aborted) break;
    const trial = keep(await options.perform({ scenario, seed, diagnostician: options.diagnostician, outDir: options.dirFor(scenario.id, seed), signal: options.signal }));
    trials.push(trial);
    options.onTrial(trial, trials.length, planned.length);
  }
  return trials;
}

/** A recording is one incident whatever the seed, so it is performed once; repeating it would only feign evidence. */
export function seedsOf(scenario: Pick<Scenario, 'cluster'>, { trials, seedFrom }: Pick<TrialsOptions, 'trials' | 'seedFrom'>): number[] {
  return Array.from({ length: scenario.cluster.kind === 'recorded' ? 1 : trials }, (_, index) => seedFrom + index);
}

/** Whether a trial counts for or against the diagnostician. */
export function isJudged(trial: Pick<Trial, 'state'>): boolean {
  return trial.state === 'scored' || trial.state === 'agent-error';
}

function keep(performed: Performed): Trial {
  const { bundle, bundleDir, wallMs } = performed;
  const { run } = bundle;
  const scorecard = run.scorecard ?? unscored;
  return {
    scenario: run.scenario.id, seed: run.seed, cluster: run.cluster, state: run.state, diagnostician: run.diagnostician,
    scorecard, floors: scoreFloors(bundle), telemetry: telemetryDigest(bundleDir), bundleDir, wallMs, junit: junitRow(performed),
  };
}

/** Digest of metrics, logs and inventory. The control-plane record is left out, since it also holds what the agent chose to ask. */
function telemetryDigest(bundleDir: string): string | null {
  const dir = join(bundleDir, 'incident');
  if (!existsSync(dir)) return null;
  const hash = createHash('sha256');
  for (const file of filesBelow(dir)) if (!file.startsWith('control')) hash.update(`${file}\0`).update(readFileSync(join(dir, file)));
  return hash.digest('hex');
}

const unscored: Scorecard = {
  schema: 'lab.scorecard/v1', verdict: 'ERROR', score: null, headline: false, failureClass: null, said: 'nothing', expected: 'unknown', because: 'the run was not judged', criteria: [], evidence: [],
};
