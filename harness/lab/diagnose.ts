import type { Assignment, Desk, Diagnosis, Diagnostician, Session } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { type Failure, failed, type Result } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { Incident, Ticket } from '../../src/tickets/contract.ts';
import type { TranscriptEntry } from '../history/bundle.ts';
import type { Unstamped } from '../history/recorder.ts';
import { unobservableNow } from './observability.ts';
import type { Stage } from './stage.ts';

/** A diagnostician that is not done by then is stopped; agents have shorter limits of their own. Wall time. */
export const diagnosisLimitMs: Millis = 600_000;

/** Ends a run whose diagnostician gave no diagnosis; its code says how. */
export class DiagnosisFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.because);
    this.failure = failure;
  }
}

/** An incident is handed over this long after its first ticket, so that its evidence has had time to appear. */
export function incidentIsRipe(stage: Stage, sinceMs: Millis, afterMs: Millis): boolean {
  const first = ticketsSince(stage, sinceMs)[0];
  return first !== undefined && stage.cluster.clock.now() - first.openedAtMs >= afterMs;
}

/** Hands the incident over. Time stands still meanwhile where it can. */
export async function diagnoseIncident(stage: Stage, sinceMs: Millis): Promise<void> {
  const { recorder, cluster, diagnostician, signal } = stage;
  await stage.control.snapshot(stage.subject.snapshot, nodesOfRole(stage));
  const assignment = assignmentOf(stage, ticketsSince(stage, sinceMs));
  recorder.record({ kind: 'phase', phase: 'diagnose', detail: diagnostician.name });
  recorder.record({ kind: 'incident-opened', incident: assignment.incident.id, tickets: assignment.incident.tickets.map((ticket) => ticket.id) });
  const desk = createDesk({ ports: stage.ports, clock: cluster.clock, assignment, subject: stage.subject, tokensMax: diagnostician.answerTokensMax });
  const outcome = await diagnose({ diagnostician, assignment, desk, signal, record: (event) => recorder.record(event), transcript: (entry) => stage.writer.addTranscript(entry) });
  signal.throwIfAborted();
  const hidden = await unobservableNow(stage, assignment, desk);
  if (hidden !== undefined) recorder.record({ kind: 'unobservable', detail: hidden });
  if (!outcome.ok) throw new DiagnosisFailed(outcome.failure);
}

/** One diagnosis: who is asked what, at which desk, and where it is written down. */
export interface DiagnosisRequest {
  readonly diagnostician: Diagnostician;
  readonly assignment: Assignment;
  readonly desk: Desk;
  readonly signal: AbortSignal;
  readonly record: (event: Unstamped) => void;
  readonly transcript: (entry: TranscriptEntry) => void;
}

/** Asks the diagnostician, with everything shown to it kept verbatim, and records how it ended. */
export async function diagnose({ diagnostician, assignment, desk, signal, record, transcript }: DiagnosisRequest): Promise<Result<Diagnosis>> {
  const { incident } = assignment;
  record({ kind: 'diagnosis-started', incident: incident.id, diagnostician: diagnostician.name, tickets: [...incident.tickets] });
  const session: Session = { desk: witnessedDesk(desk, { record, transcript }), note: transcript, signal };
  const answer = await withinLimit(signal, (limited) => diagnostician.diagnose(assignment, { ...session, signal: limited }));
  if (answer.ok) record({ kind: 'diagnosis-submitted', diagnosis: answer.value });
  else if (!signal.aborted) record({ kind: 'diagnosis-failed', failure: answer.failure });
  return answer;
}

/** The names of all nodes of a role, for requests that every member is asked. */
export const nodesOfRole = (stage: Stage) => (role: string): string[] => stage.ports.inventory.filter((node) => node.role === role).map((node) => node.node);

function ticketsSince(stage: Stage, sinceMs: Millis): readonly Ticket[] {
  return stage.operator.tickets().filter((ticket) => ticket.openedAtMs >= sinceMs).toSorted((a, b) => a.openedAtMs - b.openedAtMs);
}

/** What an operator on call would be handed: tickets, who is deployed, what can be done, and a quiet stretch before. */
function assignmentOf({ subject, operator, startMs, cluster }: Stage, tickets: readonly Ticket[]): Assignment {
  const nowMs = cluster.clock.now();
  const incident: Incident = { id: 'I1', openedAtMs: tickets[0]?.openedAtMs ?? nowMs, tickets };
  return { subject: subject.name, incident, topology: operator.topology(), actions: subject.actions, quiet: quietBefore(incident, startMs, nowMs), nowMs };
}

/**
 * A stretch that was quiet, told from the tickets alone: when a fault was injected is the answer's business.
 * It ends half a minute before the first violation was seen, since symptoms lead their tickets a little.
 */
export function quietBefore({ tickets }: Incident, startMs: Millis, nowMs: Millis): Assignment['quiet'] {
  const troubleMs = tickets.length > 0 ? Math.min(...tickets.map((ticket) => ticket.firstSeenMs)) - 30_000 : startMs + (nowMs - startMs) / 2;
  return { fromMs: startMs, toMs: Math.round(Math.max(startMs + 20_000, troubleMs)) };
}

/** A desk whose every answer also lands in the transcript and the history. */
function witnessedDesk(desk: Desk, { record, transcript }: Pick<DiagnosisRequest, 'record' | 'transcript'>): Desk {
  return {
    tools: desk.tools,
    clock: desk.clock,
    get observations() {
      return desk.observations;
    },
    call: async (tool, args) => {
      const observation = await desk.call(tool, args);
      transcript({ kind: 'observation', ...observation });
      record({ kind: 'tool-called', observation: observation.id, tool, args: observation.args, ok: observation.ok });
      return observation;
    },
  };
}

async function withinLimit(signal: AbortSignal, work: (limited: AbortSignal) => Promise<Result<Diagnosis>>): Promise<Result<Diagnosis>> {
  const limit = new AbortController();
  const done = new AbortController();
  const timedOut = wallClock.sleep(diagnosisLimitMs, done.signal).then(
    (): Result<Diagnosis> => {
      limit.abort(new Error('time limit'));
      return failed('AGENT_TIMEOUT', `no diagnosis within ${diagnosisLimitMs / 60_000} min`);
    },
    (): Result<Diagnosis> => failed('AGENT_TIMEOUT', 'stopped'),
  );
  const interrupted = new Promise<Result<Diagnosis>>((resolve) => {
    signal.addEventListener('abort', () => resolve(failed('AGENT_INTERRUPTED', 'the run was interrupted')), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, limit.signal])), timedOut, interrupted]);
  } finally {
    done.abort();
  }
}
