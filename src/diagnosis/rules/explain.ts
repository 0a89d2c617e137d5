import type { ComponentRef } from '../../subjects/contract.ts';
import { checkEvidence } from '../evidence.ts';
import type { Assignment, Diagnosis, ToolObservation } from '../contract.ts';
import { confidenceOf, type Choice } from './choose.ts';
import { isEverybody } from './cause.ts';
import type { Expertise } from './expertise.ts';
import type { Finding, Findings } from './finding.ts';
import { Exhibits, rejection } from './exhibits.ts';
import { bearersOf, onsetOf, weigh, type Candidate } from './weigh.ts';

/** Whether a finding's citation holds against what was really shown. */
export function citationHolds({ claim, citation }: Finding, observations: readonly ToolObservation[]): boolean {
  return checkEvidence({ id: 'E1', claim, ...citation }, observations).check === 'matches';
}

/** What a diagnosis is written from. */
export interface Known {
  readonly findings: Findings;
  readonly assignment: Assignment;
  readonly expertise: Expertise;
}

/** A log that nobody could read may have named another reason. */
const sureWithoutItsLog = 0.6;

/** Writes the diagnosis of an accepted choice. */
export function explain(choice: Choice, known: Known): Diagnosis {
  const { assignment } = known;
  const exhibits = new Exhibits();
  const { accepted } = choice;
  const hypotheses: Diagnosis['hypotheses'] = accepted.map((candidate) => ({
    cause: { component: candidate.component, kind: candidate.cause.kind }, verdict: 'accepted',
    because: sentence(candidate.supports.map((finding) => finding.claim)), evidence: exhibits.cite(candidate.supports),
  }));
  hypotheses.push(...lookalikes(accepted, known).map((candidate) => rejection(candidate, exhibits)));
  const { options, recommendation } = remedies(accepted, assignment);
  const benign = accepted.every((candidate) => candidate.cause.benign);
  return {
    verdict: benign ? 'healthy' : 'fault',
    summary: accepted.map(summaryOf).join(' '),
    rootCauses: accepted.filter(({ cause }) => cause.kind !== 'none').map((candidate) => ({
      component: candidate.component, kind: candidate.cause.kind, ...(candidate.cause.scope && { scope: candidate.cause.scope }), ...(candidate.cause.resource && { resource: candidate.cause.resource }),
      mechanism: candidate.cause.mechanism, onset: onsetOf(candidate) ?? firstSeen(assignment),
    })),
    impact: accepted.flatMap((candidate) => impactOf(candidate, known)),
    evidence: exhibits.evidence(), hypotheses, options, recommendation, confidence: Math.min(confidenceOf(choice), accepted.some(({ component }) => known.findings.has('log-unread', component)) ? sureWithoutItsLog : 1),
  };
}

/** Who suffers: the component, its group, whoever is burdened by it according to the findings, or everyone. */
function impactOf({ cause, component }: Candidate, known: Known): Diagnosis['impact'] {
  const { topology } = known.assignment;
  return cause.impact.flatMap(({ component: who, effect }) => {
    if (who === 'burdened') return burdenedBy(known).map((each) => ({ component: each, effect }));
    if (who === 'group') return topology.nodes.filter((node) => node.id === component).map((node) => ({ component: node.role, effect }));
    return [{ component: who === 'component' ? component : who, effect }];
  });
}

const burdenedBy = ({ findings, expertise }: Known): ComponentRef[] => [...new Set(expertise.burdens.flatMap((sign) => findings.present(sign).map((finding) => finding.component)))].sort();

/** The kinds that each accepted cause is mistaken for: on its own component, and where else they would be most plausible. */
function lookalikes(accepted: readonly Candidate[], known: Known): Candidate[] {
  const { findings, expertise, assignment: { topology } } = known;
  const found: Candidate[] = [];
  const burdened = burdenedBy(known);
  const isNode = (name: ComponentRef): boolean => topology.nodes.some((node) => node.id === name);
  const isNew = (each: Candidate): boolean => ![...accepted, ...found].some((other) => other.component === each.component && other.cause.kind === each.cause.kind);
  for (const { cause, component } of accepted) {
    for (const kind of cause.lookalikes) {
      const options = [...expertise.causes, ...expertise.sketches].filter((each) => each.kind === kind)
        .flatMap((each) => bearersOf(each, findings, topology).map((borne) => weigh(each, borne, findings)))
        .filter((each) => isNew(each) && (each.component === component || each.supports.length + each.against.length > 0)).sort((a, b) => interest(b, known) - interest(a, known));
      const own = options.find((each) => each.component === component);
      // For a sick node the rest of the answer lies with a group or the clients: another node is no look-alike of it.
      const other = options.filter((each) => each.component !== component && !(isNode(component) && isNode(each.component)) && (!own || !each.cause.about.some((bearer) => own.cause.about.includes(bearer))));
      const elsewhere = other.filter((each, index) => index === 0 || (!own && burdened.includes(each.component)));
      found.push(...(own ? [own] : []), ...elsewhere.filter((each, index) => elsewhere.findIndex((same) => same.component === each.component) === index));
    }
  }
  return found;
}

/** A look-alike is worth an answer where something speaks for it or where the trouble shows. */
function interest({ score, supports, component }: Candidate, known: Known): number {
  const troubled = known.findings.has('scrape-fails', component) || burdenedBy(known).includes(component);
  return score + 3 * supports.length + (troubled ? 5 : 0);
}

function remedies(accepted: readonly Candidate[], { actions }: Assignment): Pick<Diagnosis, 'options' | 'recommendation'> {
  const known = new Set(actions.map((action) => action.name));
  const options: Diagnosis['options'] = [];
  for (const { cause, component, bearer } of accepted) {
    for (const { action, on, benefits, risks, reversible } of cause.remedies) {
      if ((on && isEverybody(bearer)) || !fits(action, component) || (known.size > 0 && !known.has(action)) || options.some((each) => each.action.name === action && each.action.target === (on && component))) continue;
      options.push({ action: { name: action, ...(on && { target: component }) }, benefits, risks, reversible });
    }
  }
  const [primary] = accepted;
  const [first] = options;
  if (!primary || !first) return { options, recommendation: null };
  return { options, recommendation: { option: 0, rationale: `${capital(first.benefits)}. Risk: ${first.risks}.`, verifyBy: fill(primary.cause.verifyBy, primary.component) } };
}

/** The same cause is cured by different hands on a store and on a control-plane member. */
function fits(action: string, component: ComponentRef): boolean {
  if (action === 'restart-store') return !component.startsWith('pd');
  return action !== 'restart-pd' || component.startsWith('pd');
}

/** When the trouble was first seen; the best guess at an onset that the data do not show. */
export function firstSeen({ incident, nowMs }: Assignment): number {
  return Math.min(nowMs, ...incident.tickets.map((ticket) => ticket.firstSeenMs));
}

/** In a few sentences: what is wrong, since when, and what shows it. */
function summaryOf(candidate: Candidate): string {
  const onsetMs = onsetOf(candidate);
  const when = onsetMs === undefined ? '' : ` First seen at ${new Date(onsetMs).toISOString().slice(11, 19)} UTC.`;
  const shown = candidate.supports.slice(0, 3).map((finding) => finding.claim);
  return `${fill(candidate.cause.summary, candidate.component)}${when}${shown.length > 0 ? ` What shows it: ${shown.join('; ')}.` : ''}`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const fill = (text: string, component: ComponentRef): string => text.replaceAll('{component}', component);
const sentence = (claims: readonly string[]): string => (claims.length === 0 ? 'nothing else explains what was seen.' : `${claims.join('; ')}.`);
