import { join } from 'node:path';
import type { Diagnostician } from '../src/diagnosis/contract.ts';
import { defined } from '../src/kernel/assert.ts';
import type { Millis } from '../src/kernel/clock.ts';
import { Random } from '../src/kernel/random.ts';
import { type Failure, LabError } from '../src/kernel/result.ts';
import { stopwatch } from '../src/kernel/wall-clock.ts';
import { subjects } from '../src/subjects/registry.ts';
import type { RunningCluster } from './clusters/contract.ts';
import { clusterKinds } from './clusters/registry.ts';
import { faults } from './faults/registry.ts';
import type { Bundle, Run, RunState } from './history/bundle.ts';
import { readBundle } from './history/bundle-reader.ts';
import { BundleWriter } from './history/bundle-writer.ts';
import type { HistoryEvent } from './history/events.ts';
import { writeAtomically } from './history/files.ts';
import { HistoryRecorder } from './history/recorder.ts';
import { answerOf } from './lab/answer.ts';
import { ControlRecorder } from './lab/control-recorder.ts';
import { DiagnosisFailed, nodesOfRole } from './lab/diagnose.ts';
import { InvalidInjection } from './lab/injection.ts';
import { startOperator } from './lab/operator.ts';
import { readSignals } from './lab/signals.ts';
import type { Stage } from './lab/stage.ts';
import { findSymptom } from './lab/symptom.ts';
import { playTimeline } from './lab/timeline.ts';
import { renderRun } from './reporting/page.ts';
import { type Plan, planOf } from './scenario/compile.ts';
import type { Scenario } from './scenario/schema.ts';
import { score } from './scoring/scorecard.ts';
import { labVersion } from './version.ts';

/** One trial to perform. */
export interface PerformOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly diagnostician: Diagnostician;
  /** Where the bundle goes; an older bundle there is replaced. */
  readonly outDir: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: HistoryEvent) => void;
}

/** A performed trial: its bundle on disk and in memory. */
export interface Performed {
  readonly bundleDir: string;
  readonly bundle: Bundle;
  readonly wallMs: Millis;
}

/** How a trial ended. */
interface Ending {
  readonly state: RunState;
  readonly because: string;
}

/**
 * Scenario to run bundle: start, settle, break, watch, diagnose, heal, judge, report.
 * Every fault of the world ends in a state of the run; only a bug in the lab throws.
 */
export async function perform(options: PerformOptions): Promise<Performed> {
  const elapsed = stopwatch();
  const writer = BundleWriter.begin(options.outDir, openingOf(options));
  const ending = await live(options, writer);
  writer.finish({ state: ending.state, because: ending.because, ...spanOf(options.outDir) });
  const bundle = judge(options.outDir, writer);
  return { bundleDir: options.outDir, bundle, wallMs: elapsed() };
}

/** Scores the bundle in `dir`, seals it, and renders its page. */
export function judge(dir: string, writer: { finish: (changes: Partial<Run>) => Run }): Bundle {
  const bundle = readWhole(dir);
  const run = writer.finish({ ...bundle.run, scorecard: score(bundle) });
  const judged = { ...bundle, run };
  writeAtomically(join(dir, 'index.html'), renderRun(judged));
  return judged;
}

async function live(options: PerformOptions, writer: BundleWriter): Promise<Ending> {
  const plan = planOf(options.scenario);
  const kind = defined(clusterKinds.get(plan.spec.kind), `cluster kind ${plan.spec.kind}`);
  const missing = unsupported(plan, kind);
  if (missing) return { state: 'invalid-injection', because: missing };
  const ready = options.diagnostician.ready?.();
  if (ready && !ready.ok) return { state: 'infra-error', because: sentence(ready.failure) };

  const started = await kind.start(plan.spec, options.seed, options.signal);
  if (!started.ok) return { state: 'infra-error', because: sentence(started.failure) };
  await using cluster = started.value;
  const stage = setUp(options, writer, cluster);
  const ending = await endingOf(stage, () => playTimeline(stage, plan));
  await heal(stage);
  return close(stage, ending);
}

function setUp(options: PerformOptions, writer: BundleWriter, cluster: RunningCluster): Stage {
  const { scenario, seed, diagnostician } = options;
  const recorder = new HistoryRecorder(cluster.clock, (event) => {
    writer.addEvent(event);
    options.onEvent?.(event);
  });
  recorder.record({ kind: 'run-started', scenario: scenario.id, seed, cluster: scenario.cluster.kind, diagnostician: diagnostician.name, fingerprint: diagnostician.fingerprint() });
  const subject = defined(subjects.get(scenario.subject), `subject ${scenario.subject}`);
  const control = new ControlRecorder(cluster.ports.controlPlane, cluster.clock);
  const ports = { ...cluster.ports, controlPlane: control.port };
  const operator = startOperator(subject, ports, { clock: cluster.clock, onTicket: (kind, ticket) => recorder.record({ kind, ticket }) });
  return {
    scenario, subject, diagnostician, cluster, ports, control, recorder, writer, operator,
    targets: Random.fromSeed(seed).fork('targets'),
    signal: options.signal ?? new AbortController().signal,
    startMs: cluster.clock.now(),
    injections: [],
    reverts: new Map(),
  };
}

/** Runs the acts and names how they ended. */
async function endingOf(stage: Stage, acts: () => Promise<void>): Promise<Ending> {
  try {
    await stage.control.snapshot(stage.subject.snapshot, nodesOfRole(stage));
    await acts();
    return { state: 'scored', because: 'the incident was diagnosed' };
  } catch (error) {
    if (stage.signal.aborted) return { state: 'interrupted', because: 'stopped by the user' };
    if (error instanceof DiagnosisFailed) return { state: error.failure.code === 'AGENT_UNAVAILABLE' ? 'infra-error' : 'agent-error', because: `${error.failure.code}: ${sentence(error.failure)}` };
    if (error instanceof InvalidInjection) return { state: 'invalid-injection', because: sentence(error.failure) };
    if (error instanceof LabError) return { state: 'infra-error', because: sentence(error.failure) };
    throw error;
  }
}

/** Ends whatever is still broken, newest first; a failure here is recorded and hides nothing that came before. */
async function heal(stage: Stage): Promise<void> {
  for (const [alias, revert] of [...stage.reverts].reverse()) {
    try {
      await revert();
    } catch (error) {
      stage.recorder.record({ kind: 'trouble', failure: { code: 'LAB_REVERT_FAILED', because: `${alias} could not be reverted: ${String(error)}` } });
    }
  }
}

async function close(stage: Stage, ending: Ending): Promise<Ending> {
  const { cluster, writer, recorder, scenario } = stage;
  await stage.operator.stop();
  const open = stage.operator.tickets().filter((ticket) => ticket.resolvedAtMs === undefined);
  recorder.record({ kind: 'converged', converged: open.length === 0, detail: open.length === 0 ? 'no ticket is open' : `still open: ${open.map((ticket) => ticket.key).join(', ')}` });

  const answer = answerOf(scenario, stage.injections, cluster.nodes(), stage.startMs);
  const signals = await readSignals(stage.ports.metrics, stage.subject.signals, { fromMs: stage.startMs, toMs: cluster.clock.now(), stepMs: 5_000 });
  const final = withSymptom(stage, ending, signals);
  writer.saveIncident(new Map([...cluster.export(), ['control.jsonl.br', stage.control.export()]]));
  writer.saveSignals(signals);
  writer.saveAnswer(answer);
  recorder.record({ kind: 'run-ended', state: final.state, because: final.because });
  return final;
}

/** A fault without any symptom is not an incident: nobody could have diagnosed it. */
function withSymptom(stage: Stage, ending: Ending, signals: Parameters<typeof findSymptom>[0]): Ending {
  const first = stage.injections[0];
  if (!first) return ending;
  const quiet = { fromMs: stage.startMs, toMs: first.fromMs - 1 };
  const fault = { fromMs: first.fromMs + 5_000, toMs: stage.injections.at(-1)?.toMs ?? stage.cluster.clock.now() };
  const symptom = findSymptom(signals, quiet, fault);
  const ticket = stage.operator.tickets().find((each) => each.openedAtMs >= first.fromMs);
  const seen = ticket ? { rose: true, detail: `ticket ${ticket.key}: ${ticket.detail}` } : symptom;
  stage.recorder.record({ kind: 'symptom', ...seen });
  const counts = ending.state === 'scored' && stage.scenario.truth.verdict === 'fault' && !seen.rose;
  return counts ? { state: 'no-symptom', because: `the fault was there, but ${seen.detail}` } : ending;
}

function unsupported(plan: Plan, kind: { name: string; supports: (capability: never) => boolean }): string | undefined {
  for (const step of plan.steps) {
    if (step.kind !== 'inject') continue;
    const lacking = defined(faults.get(step.injection.fault), step.injection.fault).needs.find((need) => !kind.supports(need as never));
    if (lacking) return `NOT_SUPPORTED: ${step.injection.fault} needs ${lacking} control, which a ${kind.name} cluster does not have here`;
  }
  return undefined;
}

function openingOf({ scenario, seed, diagnostician }: PerformOptions): Run {
  const { id, title, subject, file, text, story, tags } = scenario;
  return {
    schema: 'lab.run/v1', labVersion,
    scenario: { id, title, subject, file, text, story, tags },
    seed, cluster: scenario.cluster.kind,
    diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() },
    state: 'running', because: 'the run has not ended', startMs: 0, endMs: 0, digest: '', scorecard: null,
  };
}

/** First and last instant of the history, in the cluster's time. */
function spanOf(dir: string): { startMs: Millis; endMs: Millis } {
  const { history } = readWhole(dir);
  return { startMs: history[0]?.atMs ?? 0, endMs: history.at(-1)?.atMs ?? 0 };
}

function readWhole(dir: string): Bundle {
  const bundle = readBundle(dir);
  if (!bundle.ok) throw new LabError(bundle.failure, 4);
  return bundle.value;
}

const sentence = (failure: Failure): string => [failure.because, failure.advice].filter(Boolean).join('. ');
