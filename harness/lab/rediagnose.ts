import { isInfrastructure, type Diagnostician } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import { defined } from '../../src/kernel/assert.ts';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { subjects } from '../../src/subjects/registry.ts';
import type { Incident } from '../../src/tickets/contract.ts';
import { openIncident } from '../clusters/recorded/kind.ts';
import type { Bundle, RunState } from '../history/bundle.ts';
import { BundleWriter } from '../history/bundle-writer.ts';
import { eventsOf, type HistoryEvent } from '../history/events.ts';
import { judge } from '../lab.ts';
import { diagnose, quietBefore } from './diagnose.ts';

/** Which old incident is explained again, by whom, and where the new bundle goes. */
export interface RediagnoseOptions {
  readonly from: string;
  readonly old: Bundle;
  readonly diagnostician: Diagnostician;
  readonly outDir: string;
  readonly signal: AbortSignal;
}

/** The kinds of event that belong to one diagnosis and are replaced by another one. */
const ofTheDiagnosis = new Set<HistoryEvent['kind']>(['diagnosis-started', 'tool-called', 'diagnosis-submitted', 'diagnosis-failed']);

/** What was wrong with the incident itself is no better when somebody else explains it. */
const neverCounted = new Set<RunState>(['invalid-injection', 'no-symptom']);

/** Explains a recorded incident again as it stood when it was handed over. No cluster is started; the truth is not read. */
export async function rediagnose({ from, old, diagnostician, outDir, signal }: RediagnoseOptions): Promise<Bundle> {
  const handover = eventsOf(old.history, 'diagnosis-started')[0];
  if (!handover) throw new LabError({ code: 'LAB_NO_INCIDENT', because: `${from} holds no incident that was handed over (${old.run.state})` }, 2);
  await using cluster = orThrow(await openIncident(from, { startMs: old.run.startMs, endMs: old.run.endMs }));
  await cluster.pass(handover.atMs - old.run.startMs, signal);

  const writer = BundleWriter.begin(outDir, { ...old.run, diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() }, state: 'running', digest: '', scorecard: null });
  const events = new Renumbered(writer);
  for (const event of old.history.filter((each) => each.seq < handover.seq)) events.add(event.kind === 'run-started' ? { ...event, diagnostician: diagnostician.name, fingerprint: diagnostician.fingerprint() } : event);

  const subject = defined(subjects.get(old.run.scenario.subject), `subject ${old.run.scenario.subject}`);
  const { topology } = await subject.observe(cluster.ports, cluster.clock);
  const incident: Incident = { id: handover.incident, openedAtMs: handover.tickets[0]?.openedAtMs ?? handover.atMs, tickets: handover.tickets as Incident['tickets'] };
  const assignment = { subject: subject.name, incident, topology, actions: subject.actions, quiet: quietBefore(incident, old.run.startMs, handover.atMs), nowMs: handover.atMs };
  const outcome = await diagnose({
    diagnostician, assignment, signal,
    desk: createDesk({ ports: cluster.ports, clock: cluster.clock, assignment, subject, tokensMax: diagnostician.answerTokensMax }),
    record: (event) => events.add({ ...event, seq: 0, atMs: handover.atMs } as HistoryEvent),
    transcript: (entry) => writer.addTranscript(entry),
  });
  const ended: { state: RunState; because: string } = outcome.ok && neverCounted.has(old.run.state) ? old.run : outcome.ok ? { state: 'scored', because: 'the recorded incident was diagnosed again' } : { state: isInfrastructure(outcome.failure) ? 'infra-error' : 'agent-error', because: `${outcome.failure.code}: ${outcome.failure.because}` };
  for (const event of old.history.filter((each) => each.seq > handover.seq && !ofTheDiagnosis.has(each.kind))) events.add(event.kind === 'run-ended' ? { ...event, ...ended } : event);

  writer.saveIncident(await cluster.export());
  if (old.answer) writer.saveAnswer(old.answer);
  writer.saveSignals(old.signals);
  writer.finish({ state: signal.aborted ? 'interrupted' : ended.state, because: ended.because });
  return judge(outDir, BundleWriter.reopen(outDir, old.run));
}

/** Numbers events anew, in the order in which they are added. */
class Renumbered {
  readonly #writer: BundleWriter;
  #next = 0;

  constructor(writer: BundleWriter) {
    this.#writer = writer;
  }

  add(event: HistoryEvent): void {
    this.#writer.addEvent({ ...event, seq: this.#next++ });
  }
}
