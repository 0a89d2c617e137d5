import type { Assignment, Desk, Diagnosis, Session } from '../../src/diagnosis/contract.ts';
import { createDesk } from '../../src/diagnosis/desk.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { failed, type Result } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { Incident, Ticket } from '../../src/tickets/contract.ts';
import type { Stage } from './stage.ts';

/** A diagnostician that is not done by then is stopped; agents have shorter limits of their own. Wall time. */
export const diagnosisLimitMs: Millis = 600_000;

/** Ends a run whose diagnostician gave no diagnosis; its code says how. */
export class DiagnosisFailed extends Error {
  readonly failure: { readonly code: string; readonly because: string; readonly advice?: string };
  constructor(failure: DiagnosisFailed['failure']) {
    super(failure.because);
    this.failure = failure;
  }
}

/** An incident is handed over this long after its first ticket, so that its evidence has had time to appear. */
export function incidentIsRipe(stage: Stage, sinceMs: Millis, afterMs: Millis): boolean {
  const first = ticketsSince(stage, sinceMs)[0];
  return first !== undefined && stage.cluster.clock.now() - first.openedAtMs >= afterMs;
}

/** Asks the diagnostician, with everything shown to it kept verbatim. Time stands still meanwhile where it can. */
export async function diagnoseIncident(stage: Stage, sinceMs: Millis): Promise<void> {
  const { recorder, cluster } = stage;
  await stage.control.snapshot(stage.subject.snapshot, nodesOfRole(stage));
  const assignment = assignmentOf(stage, ticketsSince(stage, sinceMs));
  const { incident } = assignment;
  recorder.record({ kind: 'phase', phase: 'diagnose', detail: stage.diagnostician.name });
  recorder.record({ kind: 'incident-opened', incident: incident.id, tickets: incident.tickets.map((ticket) => ticket.id) });
  recorder.record({ kind: 'diagnosis-started', incident: incident.id, diagnostician: stage.diagnostician.name, tickets: [...incident.tickets] });

  const session: Session = {
    desk: witnessedDesk(stage, createDesk({ ports: stage.ports, clock: cluster.clock, assignment })),
    note: (note) => stage.writer.addTranscript(note),
    signal: stage.signal,
  };
  const answer = await withinLimit(stage, (signal) => stage.diagnostician.diagnose(assignment, { ...session, signal }));
  stage.signal.throwIfAborted();
  if (!answer.ok) {
    recorder.record({ kind: 'diagnosis-failed', failure: answer.failure });
    throw new DiagnosisFailed(answer.failure);
  }
  recorder.record({ kind: 'diagnosis-submitted', diagnosis: answer.value });
}

/** The names of all nodes of a role, for requests that every member is asked. */
export const nodesOfRole = (stage: Stage) => (role: string): string[] => stage.ports.inventory.filter((node) => node.role === role).map((node) => node.node);

function ticketsSince(stage: Stage, sinceMs: Millis): readonly Ticket[] {
  return stage.operator.tickets().filter((ticket) => ticket.openedAtMs >= sinceMs).toSorted((a, b) => a.openedAtMs - b.openedAtMs);
}

/** What an operator on call would be handed: tickets, who is deployed, what can be done, and a quiet stretch before. */
export function assignmentOf(stage: Pick<Stage, 'subject' | 'operator' | 'startMs' | 'cluster'>, tickets: readonly Ticket[]): Assignment {
  const nowMs = stage.cluster.clock.now();
  const incident: Incident = { id: 'I1', openedAtMs: tickets[0]?.openedAtMs ?? nowMs, tickets };
  // Known from the tickets alone: when the fault was injected is the answer's business. Symptoms lead their tickets a little.
  const troubleMs = tickets.length > 0 ? Math.min(...tickets.map((ticket) => ticket.firstSeenMs)) - 30_000 : stage.startMs + (nowMs - stage.startMs) / 2;
  const quiet = { fromMs: stage.startMs, toMs: Math.round(Math.max(stage.startMs + 20_000, troubleMs)) };
  const { subject } = stage;
  return { subject: subject.name, incident, topology: stage.operator.topology(), actions: subject.actions, quiet, nowMs };
}

/** A desk whose every answer also lands in the transcript and the history. */
function witnessedDesk(stage: Stage, desk: Desk): Desk {
  return {
    tools: desk.tools,
    clock: desk.clock,
    get observations() {
      return desk.observations;
    },
    call: async (tool, args) => {
      const observation = await desk.call(tool, args);
      stage.writer.addTranscript({ kind: 'observation', ...observation });
      stage.recorder.record({ kind: 'tool-called', observation: observation.id, tool, args: observation.args, ok: observation.ok });
      return observation;
    },
  };
}

async function withinLimit(stage: Stage, work: (signal: AbortSignal) => Promise<Result<Diagnosis>>): Promise<Result<Diagnosis>> {
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
    stage.signal.addEventListener('abort', () => resolve(failed('AGENT_INTERRUPTED', 'the run was interrupted')), { once: true });
  });
  try {
    return await Promise.race([work(AbortSignal.any([stage.signal, limit.signal])), timedOut, interrupted]);
  } finally {
    done.abort();
  }
}
