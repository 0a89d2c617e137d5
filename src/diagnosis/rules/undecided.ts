import type { Assignment, Diagnosis } from '../contract.ts';
import { Exhibits, rejection } from './exhibits.ts';
import type { Known } from './explain.ts';
import type { Candidate } from './weigh.ts';

/** Whether what was looked at is in order, and no ticket stands that the same look does not take back. */
export function isCalm({ findings, assignment, expertise }: Known): boolean {
  const { incident } = assignment;
  const alarms = findings.all().filter((finding) => finding.present && !expertise.ordinary.has(finding.sign));
  // A latency ticket on a noisy machine is taken back by latencies that are no higher than in quiet time.
  const standing = incident.tickets.filter((ticket) => ticket.status !== 'resolved' && ticket.invariant !== 'high-latency');
  if (incident.tickets.length === 0) return isSeen({ findings, assignment }) && !alarms.some(({ sign }) => expertise.alarming.has(sign));
  return alarms.length === 0 && standing.length === 0 && findings.about('slow-everywhere', 'cluster') !== undefined;
}

/** Where not one node of a role could be seen, quiet findings about the others are no calm. */
function isSeen({ findings, assignment: { topology: { nodes } } }: Pick<Known, 'findings' | 'assignment'>): boolean {
  const seen = nodes.filter(({ id }) => findings.about('scrape-fails', id)?.present === false);
  return seen.length > 0 && nodes.every(({ role }) => seen.some((each) => each.role === role));
}

/** An incident whose every ticket has been resolved for so long is over: what it left in logs and start times is history. */
const overAfterMs = 300_000;

/** Whether the incident is over. */
export function isOver({ assignment: { incident, nowMs } }: Pick<Known, 'assignment'>): boolean {
  return incident.tickets.length > 0 && incident.tickets.every(({ resolvedAtMs }) => resolvedAtMs !== undefined && nowMs - resolvedAtMs >= overAfterMs);
}

/** Nothing is wrong: everything that would show a fault was looked at and is as in quiet time. */
export function healthy(candidates: readonly Candidate[], { findings, assignment, expertise }: Known): Diagnosis {
  const { actions, incident } = assignment;
  const calm = findings.all().filter((finding) => !finding.present && expertise.calm.has(finding.sign)).slice(0, 24);
  const exhibits = new Exhibits();
  exhibits.cite(calm);
  const over = isOver({ assignment });
  const hypotheses = suspects(candidates, incident, expertise.suspects).map((candidate) => (over ? past(candidate, exhibits) : rejection(candidate, exhibits)));
  const watch = actions.some((action) => action.name === 'wait-and-watch');
  const unseen = assignment.topology.nodes.filter(({ id }) => findings.about('scrape-fails', id) === undefined).map(({ id }) => id);
  return {
    verdict: 'healthy',
    summary: over
      ? `Nothing is wrong any more: what opened ${incident.tickets.map((ticket) => ticket.key).join(', ')} has been over for more than five minutes, and what it left in logs and counters is history.`
      : `Nothing is wrong${unseen.length > 0 ? ` as far as can be seen, and the monitoring does not see ${unseen.join(', ')}; of all others` : ''}: ${expertise.calmSummary}.${incident.tickets.length > 0 ? ' What the tickets saw was noise: it is not above the quiet window and shows nowhere else.' : ''}`,
    rootCauses: [], impact: [], evidence: exhibits.evidence(), hypotheses,
    options: watch ? [{ action: { name: 'wait-and-watch' }, benefits: 'nothing needs to be done', risks: 'none', reversible: true }] : [],
    recommendation: watch ? { option: 0, rationale: 'There is nothing to repair.', verifyBy: 'the next check finds the same' } : null,
    confidence: incident.tickets.length > 0 || unseen.length > 0 ? 0.65 : 0.9,
  };
}

/** What may have been, and is no more. */
function past(candidate: Candidate, exhibits: Exhibits): Diagnosis['hypotheses'][number] {
  const { component, cause, supports, against } = candidate;
  if (supports.length === 0) return rejection(candidate, exhibits);
  const seen = [...against, ...supports].slice(0, 4);
  return { cause: { component, kind: cause.kind }, verdict: 'rejected', because: `what speaks for it lies before its ticket was resolved, and nothing has followed: ${seen.map((finding) => finding.claim).join('; ')}.`, evidence: exhibits.cite(seen) };
}

/** What one would suspect first: of each kind the nodes that have tickets, or else whoever comes nearest to it. */
function suspects(candidates: readonly Candidate[], { tickets }: Assignment['incident'], kinds: Known['expertise']['suspects']): readonly Candidate[] {
  return kinds.flatMap((kind) => {
    const options = candidates.filter((each) => each.cause.kind === kind).sort((a, b) => b.score - a.score);
    const named = options.filter((each) => tickets.some((ticket) => ticket.component === each.component));
    return named.length > 0 ? named.slice(0, 3) : options.slice(0, 1);
  });
}

/** Whether something is wrong and why is one question; whether anything is, another. */
function summaryOf(symptoms: string, somethingShows: boolean): string {
  if (symptoms === '' && !somethingShows) return 'What would show whether anything is wrong could not be read.';
  return `${symptoms === '' ? 'Something is out of its ordinary range' : `The tickets (${symptoms}) are real`}, and what could be read does not decide between the causes that would explain it.`;
}

/** Something shows, and what was seen does not tell which cause made it. */
export function insufficient(candidates: readonly Candidate[], { findings, assignment }: Known): Diagnosis {
  const alarming = findings.all().filter((finding) => finding.present).slice(0, 30);
  const exhibits = new Exhibits();
  exhibits.cite(alarming);
  const open = candidates.filter((each) => each.supports.length > 0 && !each.cause.benign).sort((a, b) => b.supports.length - a.supports.length || b.score - a.score).slice(0, 4);
  const symptoms = assignment.incident.tickets.map((ticket) => ticket.key).join(', ');
  return {
    verdict: 'insufficient-evidence',
    summary: summaryOf(symptoms, alarming.length > 0),
    rootCauses: [], impact: [],
    hypotheses: open.map(({ component, cause, supports, against }) => ({
      cause: { component, kind: cause.kind }, verdict: 'open',
      because: `for it: ${supports.map((finding) => finding.claim).join('; ')}${against[0] ? `; against it: ${against[0].claim}` : ''}.`,
      evidence: exhibits.cite(supports),
    })),
    options: assignment.actions.some((action) => action.name === 'wait-and-watch') ? [{ action: { name: 'wait-and-watch' }, benefits: 'does no harm while more is learned', risks: 'the incident goes on', reversible: true }] : [],
    recommendation: null, confidence: 0.3, evidence: exhibits.evidence(),
  };
}
