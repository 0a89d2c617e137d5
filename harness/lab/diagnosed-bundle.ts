import { isInfrastructure, type Diagnosis, type Diagnostician } from '../../src/diagnosis/contract.ts';
import type { Result } from '../../src/kernel/result.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { Opened } from '../clusters/recorded/open-anything.ts';
import type { Bundle, Run, RunState } from '../history/bundle.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { BundleWriter } from '../history/bundle-writer.ts';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { labVersion } from '../version.ts';
import type { Explained } from './diagnose-recording.ts';
import { readSignals } from './signals.ts';

/** A diagnosed recording and where its bundle goes. */
export interface DiagnosedBundle {
  readonly opened: Opened;
  readonly subject: Subject;
  readonly diagnostician: Diagnostician;
  readonly explained: Explained;
  /** What the page calls it. */
  readonly name: string;
  readonly outDir: string;
}

/** Writes a run bundle without a truth and without a score: it can be shown, read and diagnosed again like any other. */
export async function writeDiagnosedBundle(request: DiagnosedBundle): Promise<Result<Bundle>> {
  const { opened, subject, explained, outDir } = request;
  const { startMs, endMs } = opened.span;
  const writer = BundleWriter.begin(outDir, openingOf(request));
  const ended = endingOf(explained.outcome);
  eventsOf(request, ended).forEach((event, seq) => writer.addEvent({ ...event, seq } as HistoryEvent));
  for (const entry of explained.transcript) writer.addTranscript(entry);
  await using whole = opened.replay();
  await whole.pass(endMs - startMs);
  writer.saveIncident(await whole.export());
  writer.saveSignals(await readSignals(whole.ports.metrics, subject.signals, { fromMs: startMs, toMs: endMs, stepMs: 5_000 }));
  writer.finish({ ...ended, startMs, endMs });
  return readBundle(outDir);
}

function openingOf({ subject, diagnostician, name, opened }: DiagnosedBundle): Run {
  return {
    schema: 'lab.run/v1', labVersion,
    scenario: { id: name, title: `An incident on a recorded ${subject.name} cluster`, subject: subject.name, file: '', text: '', story: '', tags: ['diagnosed'] },
    seed: 1, cluster: 'recorded', diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() },
    state: 'running', because: 'the diagnosis has not been written', startMs: opened.span.startMs, endMs: opened.span.endMs, digest: '', scorecard: null,
  };
}

function endingOf(outcome: Explained['outcome']): { readonly state: RunState; readonly because: string } {
  if (outcome.ok) return { state: 'diagnosed', because: saidOf(outcome.value) };
  return { state: isInfrastructure(outcome.failure) ? 'infra-error' : 'agent-error', because: `${outcome.failure.code}: ${outcome.failure.because}` };
}

/** The verdict in a line: `tikv-2 process-crash`, or the verdict itself where no cause is named. */
export function saidOf({ verdict, rootCauses }: Diagnosis): string {
  const causes = rootCauses.map(({ component, kind, scope, resource }) => [component, kind, scope ?? resource].filter(Boolean).join(' ')).join(' and ');
  return causes === '' ? verdict : verdict === 'fault' ? causes : `${verdict} (${causes})`;
}

function eventsOf({ explained, diagnostician, opened, name }: DiagnosedBundle, { state, because }: ReturnType<typeof endingOf>): NewEvent[] {
  const { assignment, tickets, events } = explained;
  const atMs = assignment.nowMs;
  const ofTickets = tickets.flatMap((ticket): NewEvent[] => [
    { kind: 'ticket-opened', atMs: ticket.openedAtMs, ticket: { ...ticket } },
    ...(ticket.resolvedAtMs === undefined ? [] : [{ kind: 'ticket-resolved', atMs: ticket.resolvedAtMs, ticket: { ...ticket } } as const]),
  ]);
  const told: NewEvent[] = [
    { kind: 'run-started', atMs: opened.span.startMs, scenario: name, seed: 1, cluster: 'recorded', diagnostician: diagnostician.name, fingerprint: diagnostician.fingerprint() },
    ...ofTickets,
    { kind: 'phase', atMs, phase: 'diagnose', detail: diagnostician.name },
    { kind: 'incident-opened', atMs, incident: assignment.incident.id, tickets: assignment.incident.tickets.map(({ id }) => id) },
    ...events.map((event) => ({ ...event, atMs }) as NewEvent),
    { kind: 'run-ended', atMs: opened.span.endMs, state, because },
  ];
  return told.sort((a, b) => a.atMs - b.atMs);
}
