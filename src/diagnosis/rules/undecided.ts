import type { Assignment, Diagnosis, Evidence } from '../contract.ts';
import type { Finding, Findings } from './finding.ts';
import type { Candidate } from './weigh.ts';

const calmSigns = new Set(['scrape-fails', 'called-disconnected', 'pending-peers', 'append-slow', 'slow-everywhere', 'scheduler-missing', 'quorum-lost', 'traffic-up']);

/** Nothing is wrong: everything that would show a fault was looked at and is as in quiet time. */
export function healthy(findings: Findings, { actions }: Assignment): Diagnosis {
  const calm = findings.all().filter((finding) => !finding.present && calmSigns.has(finding.sign)).slice(0, 24);
  const watch = actions.some((action) => action.name === 'wait-and-watch');
  return {
    verdict: 'healthy',
    summary: 'Nothing is wrong: every node answers, stores heartbeat, replicas are complete, and latency and traffic are as in quiet time.',
    rootCauses: [], impact: [], evidence: exhibits(calm), hypotheses: [],
    options: watch ? [{ action: { name: 'wait-and-watch' }, benefits: 'nothing needs to be done', risks: 'none', reversible: true }] : [],
    recommendation: watch ? { option: 0, rationale: 'There is nothing to repair.', verifyBy: 'the next check finds the same' } : null,
    confidence: 0.9,
  };
}

/** Something shows, and what was seen does not tell which cause made it. */
export function insufficient(candidates: readonly Candidate[], findings: Findings, assignment: Assignment): Diagnosis {
  const alarming = findings.all().filter((finding) => finding.present).slice(0, 30);
  const cited = exhibits(alarming);
  const open = candidates.filter((each) => each.supports.length > 0 && !each.cause.benign).sort((a, b) => b.score - a.score).slice(0, 4);
  const symptoms = assignment.incident.tickets.map((ticket) => ticket.key).join(', ');
  return {
    verdict: 'insufficient-evidence',
    summary: `${symptoms === '' ? 'Something is out of its ordinary range' : `The tickets (${symptoms}) are real`}, and what could be read does not decide between the causes that would explain it.`,
    rootCauses: [], impact: [], evidence: cited,
    hypotheses: open.map(({ component, cause, supports, against }) => ({
      cause: { component, kind: cause.kind }, verdict: 'open',
      because: `for it: ${supports.map((finding) => finding.claim).join('; ')}${against[0] ? `; against it: ${against[0].claim}` : ''}.`,
      evidence: supports.flatMap((finding) => { const index = alarming.indexOf(finding); return index < 0 ? [] : [`E${index + 1}`]; }),
    })),
    options: assignment.actions.some((action) => action.name === 'wait-and-watch') ? [{ action: { name: 'wait-and-watch' }, benefits: 'does no harm while more is learned', risks: 'the incident goes on', reversible: true }] : [],
    recommendation: null, confidence: 0.3,
  };
}

const exhibits = (findings: readonly Finding[]): Evidence[] =>
  findings.map(({ claim, citation }, index) => ({ id: `E${index + 1}`, claim, observation: citation.observation, path: citation.path, asserts: citation.asserts }));
