import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Diagnostician } from '../../../src/diagnosis/contract.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { labVersion } from '../../version.ts';
import { refreshIndex } from '../index-page.ts';
import { interruptSignal } from '../interrupt.ts';
import { lockFolder } from '../out-lock.ts';
import { newRunDir, packageDir } from '../places.ts';
import { planTrials, type SeedCounts, type Shard, shardOf, suiteKey } from './plan.ts';
import { WorkerPool } from './pool.ts';
import { ResultStore } from './store.ts';
import { trialLine } from './text.ts';
import { performTrials, type Trial } from './trial.ts';

/** A suite as it was asked for. */
export interface SuiteRequest extends SeedCounts {
  readonly scenarios: readonly Scenario[];
  /** As it is written after `--diagnostician`, and what it names. */
  readonly spec: string;
  readonly diagnostician: Diagnostician;
  readonly concurrency?: number;
  readonly shard?: Shard;
  /** Takes up the newest suite of the same kind where it stopped. */
  readonly resume?: boolean;
  readonly db?: string;
  /** Where bundles go; by default each into a new folder below reports/runs. */
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Where results are kept unless `--db` says otherwise. */
export const defaultDb: string = resolve(packageDir, 'reports/lab.db');

/** What came of a suite: the trials in the order of the plan, and the exit code of an interruption. */
export interface SuiteResult {
  readonly trials: readonly Trial[];
  /** How many there are in the plan (of this shard). */
  readonly planned: number;
  readonly interruptedWith: number | undefined;
}

/** Performs a suite: each trial in a process of its own, each result in the database as soon as it is there. */
export async function runSuite(request: SuiteRequest): Promise<SuiteResult> {
  const { spec, diagnostician, out } = request;
  const who = { spec, name: diagnostician.name, fingerprint: diagnostician.fingerprint() };
  const whole = planTrials(request.scenarios, request);
  const shard = request.shard ?? { index: 1, count: 1 };
  const plan = shardOf(whole, shard);
  using _lock = out === undefined ? undefined : lockFolder(out);
  using store = ResultStore.open(request.db ?? defaultDb);
  const asked = { key: suiteKey(whole, { ...who, labVersion }), shard: `${shard.index}/${shard.count}`, planned: whole.map(({ scenario, seed }) => [scenario.id, seed] as const) };
  const suite = (request.resume === true ? store.newest(asked.key, asked.shard) : undefined) ?? store.begin(asked);
  const known = new Map(store.trials(suite).filter((trial) => trial.state !== 'infra-error').map((trial) => [`${trial.scenario}#${trial.seed}`, trial]));
  const interrupt = interruptSignal();
  const dirFor = out === undefined ? newRunDir : (scenario: string, seed: number) => join(out, `${scenario.replaceAll('/', '-')}-s${seed}`);
  using pool = new WorkerPool({ askedIn: () => who, signal: interrupt.signal, dirFor: ({ scenario, seed }) => dirFor(scenario.id, seed), replace: out !== undefined, fileOf: ({ scenario }) => resolve(packageDir, scenario.file) });
  const trials = await performTrials({
    plan, run: pool.run,
    signal: interrupt.signal,
    concurrency: request.concurrency ?? availableParallelism(),
    known: ({ scenario, seed }) => known.get(`${scenario.id}#${seed}`),
    onTrial: (trial, done, total) => {
      // What was stopped half-way is performed again when the suite is taken up.
      if (trial.state !== 'interrupted') store.save(suite, trial);
      if (request.quiet !== true) process.stderr.write(trialLine(trial, `${done}/${total}`));
    },
  });
  interrupt.release();
  if (out === undefined) refreshIndex(packageDir);
  return { trials, planned: plan.length, interruptedWith: interrupt.exitCode() };
}
