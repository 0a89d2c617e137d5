import type { Assignment, Diagnosis, Diagnostician } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import type { Result } from '../../src/kernel/result.ts';
import type { Subject } from '../../src/subjects/contract.ts';
import type { Ticket } from '../../src/tickets/contract.ts';
import type { RunningCluster } from '../clusters/contract.ts';
import type { Opened } from '../clusters/recorded/open-anything.ts';
import type { TranscriptEntry } from '../history/bundle.ts';
import type { Unstamped } from '../history/recorder.ts';
import { diagnose, quietBefore } from './diagnose.ts';
import { momentAt, momentsIn, ticketsThrough, type Moment } from './moments.ts';

/** A recording, and who explains it. */
export interface RecordingDiagnosis {
  readonly opened: Opened;
  readonly subject: Subject;
  readonly diagnostician: Diagnostician;
  /** The instant to diagnose at; without it, the monitor says when. */
  readonly atMs?: Millis;
  readonly signal: AbortSignal;
}

/** One explanation, with everything that was shown for it. */
export interface Explained {
  readonly outcome: Result<Diagnosis>;
  readonly assignment: Assignment;
  /** Every ticket that the monitor opened in the whole window. */
  readonly tickets: readonly Ticket[];
  readonly events: readonly Unstamped[];
  readonly transcript: readonly TranscriptEntry[];
}

/**
 * Lets the monitor live through the recording and has its incidents explained in order, until one has a cause.
 * Noise that turns out to be nothing does not hide what comes after it.
 */
export async function diagnoseRecording(request: RecordingDiagnosis): Promise<Explained> {
  const { opened, subject, atMs, signal } = request;
  const { span } = opened;
  await using watched = opened.replay();
  const tickets = await ticketsThrough(watched, subject, { untilMs: Math.min(atMs ?? span.endMs, span.endMs), signal });
  const moments = atMs === undefined ? momentsIn(tickets, span) : [momentAt(tickets, atMs)];
  let best: Omit<Explained, 'tickets'> | undefined;
  for (const moment of moments) {
    const explained = await explainMoment(request, moment);
    // Of looks that found nothing the last one saw most.
    if (best === undefined || rank(explained) > rank(best) || rank(best) === 0) best = explained;
    if (rank(best) >= named) break;
  }
  if (!best) throw new Error('a recording has at least one moment');
  return { ...best, tickets };
}

async function explainMoment({ opened, subject, diagnostician, signal }: RecordingDiagnosis, { atMs, incident }: Moment): Promise<Omit<Explained, 'tickets'>> {
  await using cluster = opened.replay();
  await cluster.pass(atMs - cluster.clock.now(), signal);
  const assignment = await assignmentAt(cluster, subject, { incident, startMs: opened.span.startMs });
  const events: Unstamped[] = [];
  const transcript: TranscriptEntry[] = [];
  const desk = createDesk({ ports: cluster.ports, clock: cluster.clock, assignment, subject, tokensMax: diagnostician.answerTokensMax });
  const outcome = await diagnose({ diagnostician, assignment, desk, signal, record: (event) => events.push(event), transcript: (entry) => transcript.push(entry) });
  signal.throwIfAborted();
  return { outcome, assignment, events, transcript };
}

/** What is handed over at the instant at which the cluster's clock stands. */
export async function assignmentAt(cluster: RunningCluster, subject: Subject, { incident, startMs }: { readonly incident: Assignment['incident']; readonly startMs: Millis }): Promise<Assignment> {
  const nowMs = cluster.clock.now();
  const { topology } = await subject.observe(cluster.ports, cluster.clock);
  return { subject: subject.name, incident, topology, actions: subject.actions, quiet: quietBefore(incident, startMs, nowMs), nowMs };
}

/** From this rank on a cause is named, or an agent failed; either ends the search. */
const named = 2;

/** "Healthy" and "cannot tell" wait for what comes later. */
function rank({ outcome }: Pick<Explained, 'outcome'>): number {
  if (!outcome.ok || outcome.value.verdict === 'fault') return 3;
  if (outcome.value.rootCauses.length > 0) return named;
  return outcome.value.verdict === 'insufficient-evidence' ? 1 : 0;
}
