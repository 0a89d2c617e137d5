import type { ComponentRef, Topology } from '../../subjects/contract.ts';
import { isEverybody, type Bearer, type Cause, type Weighted } from './cause.ts';
import type { Finding, Findings } from './finding.ts';
import { clusterSigns, type Sign } from './signs.ts';

/** One cause for one component, weighed. */
export interface Candidate {
  readonly cause: Cause;
  readonly component: ComponentRef;
  /** As what kind of component it is weighed: a cause that two roles can have reaches as far as the role of this one. */
  readonly bearer: Bearer;
  /** Whether every need has a sign that is there; otherwise it is only a look-alike. */
  readonly possible: boolean;
  readonly score: number;
  readonly supports: readonly Finding[];
  /** What speaks against it, strongest first. */
  readonly against: readonly Finding[];
}

/** The finding about a sign of a component, or of the cluster where the sign is about that. */
export function findingFor(findings: Findings, sign: Sign, component: ComponentRef): Finding | undefined {
  return findings.about(sign, clusterSigns.has(sign) ? 'cluster' : component);
}

/** Weighs every cause for every component that could have it. */
export function weighAll(causes: readonly Cause[], findings: Findings, topology: Topology): Candidate[] {
  return causes.flatMap((cause) => bearersOf(cause, findings, topology).map((borne) => weigh(cause, borne, findings)));
}

/** One component and as what it could have a cause. */
export type Borne = Pick<Candidate, 'component' | 'bearer'>;

/** The components that could have a cause. */
export function bearersOf({ about }: Cause, findings: Findings, topology: Topology): Borne[] {
  return about.flatMap((bearer) => componentsOf(bearer, findings, topology).map((component) => ({ component, bearer })));
}

function componentsOf(bearer: Bearer, findings: Findings, topology: Topology): ComponentRef[] {
  if (bearer.endsWith('-group')) return topology.nodes.some((node) => `${node.role}-group` === bearer) ? [bearer.replace('-group', '')] : [];
  if (bearer === 'clients' || bearer === 'cluster') return [bearer];
  if (bearer === 'region') return findings.all().map((finding) => finding.component).filter((component, index, all) => component.startsWith('region-') && all.indexOf(component) === index);
  return topology.nodes.filter((node) => node.role === bearer).map((node) => node.id);
}

/** What is needed and absent counts against a cause like a strong sign; a sign that forbids it may count more. */
const unmetWeight = 4;

/** Adds up what speaks for a cause and what against it. */
export function weigh(cause: Cause, { component, bearer }: Borne, findings: Findings): Candidate {
  const about = (sign: Sign): Finding | undefined => findingFor(findings, sign, component);
  const supports: Finding[] = [];
  const against: { finding: Finding; weight: number }[] = [];
  let score = 0;
  for (const { sign, weight, missing = weight / 2 } of cause.predicts) {
    const finding = about(sign);
    if (finding?.present) supports.push(finding);
    else if (finding) against.push({ finding, weight: missing });
    score += finding === undefined ? 0 : finding.present ? weight : -missing;
  }
  // What a single node shows speaks against a cause that all of them have together.
  const ofAnybody = (sign: Sign): Finding | undefined => (isEverybody(bearer) ? findings.present(sign)[0] : undefined);
  for (const { finding, weight } of forbidden(cause.forbids, (sign) => about(sign) ?? ofAnybody(sign))) {
    against.push({ finding, weight });
    score -= weight;
  }
  const unmet = cause.needs.filter((group) => !group.some((sign) => about(sign)?.present));
  for (const sign of unmet.flat()) {
    const finding = about(sign);
    if (finding) against.push({ finding, weight: unmetWeight });
  }
  against.sort((a, b) => b.weight - a.weight);
  const distinct = [...new Set(against.filter((each) => each.weight > 0).map((each) => each.finding))];
  return { cause, component, bearer, possible: unmet.length === 0, score, supports, against: distinct };
}

function forbidden(forbids: readonly Weighted[], about: (sign: Sign) => Finding | undefined): { finding: Finding; weight: number }[] {
  return forbids.flatMap(({ sign, weight }) => {
    const finding = about(sign);
    return finding?.present && weight > 0 ? [{ finding, weight }] : [];
  });
}

/** When a candidate began: the earliest beginning among its supports. */
export function onsetOf({ supports }: Candidate): number | undefined {
  const known = supports.flatMap((finding) => finding.sinceMs ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
