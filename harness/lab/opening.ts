import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import { defined } from '../../src/kernel/assert.ts';
import { Random } from '../../src/kernel/random.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { subjects } from '../../src/subjects/registry.ts';
import type { ClusterKindName, ClusterSpec, RunningCluster, Survey } from '../clusters/contract.ts';
import { faults } from '../faults/registry.ts';
import type { Run } from '../history/bundle.ts';
import type { BundleWriter } from '../history/bundle-writer.ts';
import type { HistoryEvent } from '../history/events.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import type { Plan } from '../scenario/compile.ts';
import type { Scenario } from '../scenario/schema.ts';
import { labVersion } from '../version.ts';
import { ControlRecorder } from './control-recorder.ts';
import { startOperator } from './operator.ts';
import type { Stage } from './stage.ts';

/** One trial to perform. */
export interface PerformOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly diagnostician: Diagnostician;
  /** Where the bundle goes; an older bundle there is replaced. */
  readonly outDir: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Rule files that the cluster's monitoring runs, where the lab is its monitoring. */
  readonly rules?: ClusterSpec['rules'];
  /** Something that lives as long as the cluster and sees what an operator sees, such as servers on real ports. */
  readonly beside?: (ports: Ports) => Promise<AsyncDisposable>;
  /** So many virtual seconds pass in a second of wall time and no more; absent: as fast as it goes. For clusters in virtual time. */
  readonly speed?: number;
}

/** `run.json` of a run that has just begun. */
export function openingOf({ scenario, seed, diagnostician }: PerformOptions): Run {
  const { id, title, subject, file, text, story, tags } = scenario;
  return {
    schema: 'lab.run/v1', labVersion,
    scenario: { id, title, subject, file, text, story, tags },
    seed, cluster: scenario.cluster.kind,
    diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() },
    state: 'running', because: 'the run has not ended', startMs: 0, endMs: 0, digest: '', scorecard: null,
  };
}

/** What a plan needs and this kind of cluster cannot do, as a sentence; decided before anything is started. */
export function unsupported(plan: Plan, kind: ClusterKindName, { lacks }: Survey): string | undefined {
  for (const step of plan.steps) {
    if (step.kind !== 'inject') continue;
    const lacking = defined(faults.get(step.injection.fault), step.injection.fault).needs.find((need) => lacks.has(need));
    if (lacking) return `NOT_SUPPORTED: ${step.injection.fault} needs ${lacking} control, which a ${kind} cluster does not have here: ${lacks.get(lacking)}`;
  }
  return undefined;
}

/** Puts everybody in place around a started cluster: recorder, recorded control plane, monitor at work. */
export function setUp(options: PerformOptions, writer: BundleWriter, cluster: RunningCluster): Stage {
  const { scenario, seed, diagnostician } = options;
  const recorder = new HistoryRecorder(cluster.clock, (event) => {
    writer.addEvent(event);
    options.onEvent?.(event);
  });
  recorder.record({ kind: 'run-started', scenario: scenario.id, seed, cluster: scenario.cluster.kind, diagnostician: diagnostician.name, fingerprint: diagnostician.fingerprint() });
  const subject = defined(subjects.get(scenario.subject), `subject ${scenario.subject}`);
  const control = new ControlRecorder(cluster.ports.controlPlane, { clock: cluster.clock, subject });
  const ports = { ...cluster.ports, controlPlane: control.port };
  const operator = startOperator(subject, ports, { clock: cluster.clock, onTicket: (kind, ticket) => recorder.record({ kind, ticket }) });
  return {
    scenario, subject, diagnostician, cluster, ports, control, recorder, writer, operator,
    targets: Random.fromSeed(seed).fork('targets'),
    signal: options.signal ?? new AbortController().signal,
    startMs: cluster.clock.now(),
    injections: [],
    reverts: new Map(),
    rhythms: new Map(),
  };
}
