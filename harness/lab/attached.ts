import { isInfrastructure, type Diagnosis, type Diagnostician } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { ok, type Failure, type Result } from '../../src/kernel/result.ts';
import { formatSpan } from '../../src/kernel/units.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { Ticket } from '../../src/tickets/contract.ts';
import type { AttachedCluster } from '../clusters/attach/attach.ts';
import type { Bundle, Run, RunState } from '../history/bundle.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { BundleWriter } from '../history/bundle-writer.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { labVersion } from '../version.ts';
import { ControlRecorder } from './control-recorder.ts';
import { diagnose, quietBefore } from './diagnose.ts';
import type { Explained } from './diagnose-recording.ts';
import { saidOf } from './diagnosed-bundle.ts';
import { momentAt } from './moments.ts';
import { startOperator } from './operator.ts';
import { readSignals } from './signals.ts';

/** A look at an existing cluster that is to become a bundle. */
export interface AttachedRun {
  readonly cluster: AttachedCluster;
  readonly subject: Subject;
  /** What the bundle calls it. */
  readonly name: string;
  readonly outDir: string;
  /** How long to look. */
  readonly forMs: Millis;
  /** How much of what Prometheus has from before is taken along. */
  readonly beforeMs: Millis;
  /** Which series belong to the cluster. */
  readonly selectors: readonly string[];
  /** Who explains it at the end; absent: nobody. */
  readonly diagnostician?: Diagnostician;
  /** Ends the looking, not the writing. */
  readonly signal: AbortSignal;
  readonly onTicket?: (kind: 'ticket-opened' | 'ticket-resolved', ticket: Ticket) => void;
}

/** What came of it. */
export interface AttachedResult {
  readonly bundle: Bundle;
  readonly tickets: readonly Ticket[];
  readonly explained?: Pick<Explained, 'assignment' | 'outcome'>;
}

/** Everything of the control plane is asked this often; between, the monitor asks what it needs. */
const snapshotEveryMs: Millis = 60_000;

/** Watches an existing cluster and writes down all that an operator could have seen, in the form of any other run; changes nothing. */
export async function runAttached(run: AttachedRun): Promise<Result<AttachedResult>> {
  const { cluster, subject, signal } = run;
  const startMs = cluster.clock.now();
  const writer = BundleWriter.begin(run.outDir, openingOf(run, startMs));
  const recorder = new HistoryRecorder(cluster.clock, (event) => writer.addEvent(event));
  recorder.record({ kind: 'run-started', scenario: run.name, seed: 1, cluster: 'attach', diagnostician: run.diagnostician?.name ?? nobody, fingerprint: run.diagnostician?.fingerprint() ?? nobody });
  const control = new ControlRecorder(cluster.ports.controlPlane, { clock: cluster.clock, subject });
  const ports = { ...cluster.ports, controlPlane: control.port };
  const operator = startOperator(subject, ports, {
    clock: cluster.clock,
    onTicket: (kind, ticket) => {
      recorder.record({ kind, ticket });
      run.onTicket?.(kind, ticket);
    },
  });
  const snapshot = () => control.snapshot(subject.snapshot, (role) => cluster.members.filter((member) => member.role === role).map(({ node }) => node));
  await look(run, snapshot);
  const explained = run.diagnostician && !signal.aborted ? await explain(run, run.diagnostician, { operator, ports, recorder, writer, startMs }) : undefined;
  const endMs = cluster.clock.now();
  await operator.stop();
  const collected = await cluster.collect({ selectors: run.selectors, fromMs: startMs - run.beforeMs, toMs: endMs });
  const ending = endingOf(run, explained?.outcome, collected.ok ? undefined : collected.failure);
  writer.saveIncident(control.among(await cluster.export()));
  writer.saveSignals(await readSignals(cluster.ports.metrics, subject.signals, { fromMs: startMs, toMs: endMs, stepMs: 5_000 }));
  recorder.recordAt(endMs, { kind: 'run-ended', ...ending });
  writer.finish({ ...ending, startMs, endMs });
  if (!collected.ok) return collected;
  const bundle = readBundle(run.outDir);
  return bundle.ok ? ok({ bundle: bundle.value, tickets: operator.tickets(), ...(explained && { explained }) }) : bundle;
}

const nobody = 'none';

/** An interrupt ends the looking; what was seen until then is kept. */
async function look({ cluster, forMs, signal }: AttachedRun, snapshot: () => Promise<void>): Promise<void> {
  await snapshot();
  for (const untilMs = cluster.clock.now() + forMs; cluster.clock.now() < untilMs && !signal.aborted; ) {
    await cluster.pass(Math.min(snapshotEveryMs, untilMs - cluster.clock.now()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    await snapshot();
  }
}

interface Around {
  readonly operator: ReturnType<typeof startOperator>;
  readonly ports: AttachedCluster['ports'];
  readonly recorder: HistoryRecorder;
  readonly writer: BundleWriter;
  readonly startMs: Millis;
}

/** Hands over what is open now. What Prometheus has from before the look is the quiet time to compare with. */
async function explain({ cluster, subject, beforeMs, signal }: AttachedRun, diagnostician: Diagnostician, { operator, ports, recorder, writer, startMs }: Around): Promise<Pick<Explained, 'assignment' | 'outcome'>> {
  const nowMs = cluster.clock.now();
  const { incident } = momentAt(operator.tickets(), nowMs);
  const assignment = { subject: subject.name, incident, topology: operator.topology(), actions: subject.actions, quiet: quietBefore(incident, startMs - beforeMs, nowMs), nowMs };
  recorder.record({ kind: 'phase', phase: 'diagnose', detail: diagnostician.name });
  recorder.record({ kind: 'incident-opened', incident: incident.id, tickets: incident.tickets.map(({ id }) => id) });
  const desk = createDesk({ ports, clock: cluster.clock, assignment, subject, tokensMax: diagnostician.answerTokensMax });
  const outcome = await diagnose({ diagnostician, assignment, desk, signal, record: (event) => recorder.record(event), transcript: (entry) => writer.addTranscript(entry) });
  return { assignment, outcome };
}

function openingOf({ subject, diagnostician, name }: AttachedRun, startMs: Millis): Run {
  return {
    schema: 'lab.run/v1', labVersion,
    scenario: { id: name, title: `A look at a running ${subject.name} cluster`, subject: subject.name, file: '', text: '', story: '', tags: ['attached'] },
    seed: 1, cluster: 'attach', diagnostician: { name: diagnostician?.name ?? nobody, fingerprint: diagnostician?.fingerprint() ?? nobody },
    state: 'running', because: 'the cluster is being watched', startMs, endMs: startMs, digest: '', scorecard: null,
  };
}

function endingOf({ forMs, outDir }: AttachedRun, diagnosis: Result<Diagnosis> | undefined, trouble: Failure | undefined): { readonly state: RunState; readonly because: string } {
  if (trouble) return { state: 'infra-error', because: `the metrics could not be taken: ${trouble.because}` };
  if (!diagnosis) return { state: 'diagnosed', because: `recorded for up to ${formatSpan(forMs)}; nobody has explained it yet (lab diagnose --bundle ${outDir.split('/').at(-1)})` };
  if (diagnosis.ok) return { state: 'diagnosed', because: saidOf(diagnosis.value) };
  return { state: isInfrastructure(diagnosis.failure) ? 'infra-error' : 'agent-error', because: `${diagnosis.failure.code}: ${diagnosis.failure.because}` };
}
