import { join } from 'node:path';
import { isInfrastructure } from '../src/diagnosis/contract.ts';
import type { Millis } from '../src/kernel/clock.ts';
import { type Failure, LabError } from '../src/kernel/result.ts';
import { stopwatch } from '../src/kernel/wall-clock.ts';
import { clusterKind } from './clusters/registry.ts';
import type { Bundle } from './history/bundle.ts';
import { readBundle } from './history/bundle-reader.ts';
import { BundleWriter } from './history/bundle-writer.ts';
import { writeAtomically } from './history/files.ts';
import { close, type Ending, heal } from './lab/closing.ts';
import { DiagnosisFailed, nodesOfRole } from './lab/diagnose.ts';
import { InvalidInjection } from './lab/injection.ts';
import { openingOf, type PerformOptions, setUp, unsupported } from './lab/opening.ts';
import { paced } from './lab/paced.ts';
import type { Stage } from './lab/stage.ts';
import { playTimeline } from './lab/timeline.ts';
import { renderRun } from './reporting/page.ts';
import { planOf } from './scenario/compile.ts';
import { score } from './scoring/scorecard.ts';

export type { PerformOptions } from './lab/opening.ts';

/** A performed trial: its bundle on disk and in memory. */
export interface Performed {
  readonly bundleDir: string;
  readonly bundle: Bundle;
  readonly wallMs: Millis;
}

/**
 * Scenario to run bundle: start, settle, break, watch, diagnose, heal, judge, report.
 * Every fault of the world ends in a state of the run; only a bug in the lab throws.
 */
export async function perform(options: PerformOptions): Promise<Performed> {
  const elapsed = stopwatch();
  const writer = BundleWriter.begin(options.outDir, openingOf(options));
  const ending = await live(options, writer).catch(endedByTheWorld);
  const performed = readWhole(options.outDir);
  const run = writer.finish({ state: ending.state, because: ending.because, ...spanOf(performed.history) });
  const bundle = judgeBundle({ ...performed, run }, options.outDir, writer);
  return { bundleDir: options.outDir, bundle, wallMs: elapsed() };
}

/** Scores the bundle in `dir`, seals it, and renders its page. */
export function judge(dir: string, writer: Sealing): Bundle {
  return judgeBundle(readWhole(dir), dir, writer);
}

type Sealing = Pick<BundleWriter, 'finish'>;

function judgeBundle(bundle: Bundle, dir: string, writer: Sealing): Bundle {
  const run = writer.finish({ ...bundle.run, scorecard: score(bundle) });
  const judged = { ...bundle, run };
  writeAtomically(join(dir, 'index.html'), renderRun(judged));
  return judged;
}

async function live(options: PerformOptions, writer: BundleWriter): Promise<Ending> {
  const plan = planOf(options.scenario);
  const kind = await clusterKind(plan.spec.kind);
  const survey = await kind.survey(plan.spec);
  if (survey.unavailable) return { state: 'infra-error', because: sentence(survey.unavailable) };
  const missing = unsupported(plan, kind.name, survey);
  if (missing) return { state: 'invalid-injection', because: missing };
  const ready = options.diagnostician.ready?.();
  if (ready && !ready.ok) return { state: 'infra-error', because: sentence(ready.failure) };

  const started = await kind.start({ ...plan.spec, ...(options.rules && { rules: options.rules }) }, options.seed, options.signal);
  if (!started.ok) return { state: options.signal?.aborted ? 'interrupted' : 'infra-error', because: sentence(started.failure) };
  await using cluster = options.speed === undefined ? started.value : paced(started.value, options.speed);
  const stage = setUp(options, writer, cluster);
  await using _beside = await options.beside?.(stage.ports);
  const ending = await endingOf(stage, () => playTimeline(stage, plan));
  await heal(stage);
  return close(stage, ending);
}

/** What stays behind of a cluster is told as the end of its run, since nothing that came before can be relied on then. */
function endedByTheWorld(error: unknown): Ending {
  if (error instanceof LabError) return { state: 'infra-error', because: sentence(error.failure) };
  throw error;
}

/** Runs the acts and names how they ended. */
async function endingOf(stage: Stage, acts: () => Promise<void>): Promise<Ending> {
  try {
    await stage.control.snapshot(stage.subject.snapshot, nodesOfRole(stage));
    await acts();
    return { state: 'scored', because: 'the incident was diagnosed' };
  } catch (error) {
    if (stage.signal.aborted) return { state: 'interrupted', because: 'stopped by the user' };
    if (error instanceof DiagnosisFailed) return { state: isInfrastructure(error.failure) ? 'infra-error' : 'agent-error', because: `${error.failure.code}: ${sentence(error.failure)}` };
    if (error instanceof InvalidInjection) return { state: 'invalid-injection', because: sentence(error.failure) };
    if (error instanceof LabError) return { state: 'infra-error', because: sentence(error.failure) };
    throw error;
  }
}

/** First and last instant of the history, in the cluster's time. */
function spanOf(history: Bundle['history']): { startMs: Millis; endMs: Millis } {
  return { startMs: history[0]?.atMs ?? 0, endMs: history.at(-1)?.atMs ?? 0 };
}

function readWhole(dir: string): Bundle {
  const bundle = readBundle(dir);
  if (!bundle.ok) throw new LabError(bundle.failure, 4);
  return bundle.value;
}

const sentence = (failure: Failure): string => [failure.because, failure.advice].filter(Boolean).join('. ');
