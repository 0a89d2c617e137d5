import type { Diagnosis, RootCause } from '../../src/diagnosis/contract.ts';
import type { Answer } from '../history/bundle.ts';
import type { Canonical } from './names.ts';

/** A cause as the truth has it. */
export type TrueCause = Answer['causes'][number];
type Alternative = Pick<TrueCause, 'component' | 'kind' | 'scope' | 'resource'>;

/** How well one said cause meets one true cause, in the reading that is kindest to it. */
export interface Meeting {
  readonly component: boolean;
  readonly kind: boolean;
  /** False when both give a partition scope or a resource and these differ. */
  readonly detail: boolean;
}

/** One true cause with the said cause that comes nearest, where any comes near. */
export interface Pair extends Meeting {
  readonly truth: TrueCause;
  readonly said: RootCause | null;
}

/** All true causes paired with what was said, and what was said beside them. */
export interface Matching {
  readonly pairs: readonly Pair[];
  /** Said causes that are neither paired nor an accepted reading of any true cause. */
  readonly extra: readonly RootCause[];
  /** Every true cause was named in full. */
  readonly complete: boolean;
}

/** Pairs said with true causes, best meetings first, each said cause used once. */
export function matchCauses(diagnosis: Diagnosis, answer: Answer, canonical: Canonical): Matching {
  const said = claimedCauses(diagnosis);
  const candidates = answer.causes.flatMap((truth, index) => said.map((cause) => ({ index, cause, meeting: meet(cause, truth, canonical) })));
  candidates.sort((a, b) => rank(b.meeting) - rank(a.meeting));
  const taken = new Map<number, (typeof candidates)[number]>();
  const used = new Set<RootCause>();
  for (const candidate of candidates) {
    if (rank(candidate.meeting) === 0 || taken.has(candidate.index) || used.has(candidate.cause)) continue;
    taken.set(candidate.index, candidate);
    used.add(candidate.cause);
  }
  const pairs = answer.causes.map((truth, index): Pair => ({ truth, said: taken.get(index)?.cause ?? null, ...(taken.get(index)?.meeting ?? nothing) }));
  const accepted = (cause: RootCause) => answer.causes.some((truth) => isFull(meet(cause, truth, canonical)));
  return { pairs, extra: said.filter((cause) => !used.has(cause) && !accepted(cause)), complete: pairs.every(isFull) };
}

/** The causes that a diagnosis stands for; the word `none` claims nothing. */
export function claimedCauses(diagnosis: Diagnosis): readonly RootCause[] {
  return diagnosis.rootCauses.filter((cause) => cause.kind !== 'none');
}

/** The truth's own reading of a cause, then the equivalents that its author accepts. */
export function alternativesOf(truth: TrueCause): readonly Alternative[] {
  return [truth, ...truth.accept];
}

/** Component, kind and detail all agree. */
export function isFull(meeting: Meeting): boolean {
  return meeting.component && meeting.kind && meeting.detail;
}

const nothing: Meeting = { component: false, kind: false, detail: false };

function meet(said: RootCause, truth: TrueCause, canonical: Canonical): Meeting {
  const meetings = alternativesOf(truth).map((reading): Meeting => {
    const kind = said.kind === reading.kind;
    return { component: canonical(said.component) === canonical(reading.component), kind, detail: kind && agrees(said.scope, reading.scope) && agrees(said.resource, reading.resource) };
  });
  return meetings.reduce((best, meeting) => (rank(meeting) > rank(best) ? meeting : best), nothing);
}

function agrees(said: string | undefined, truth: string | undefined): boolean {
  return said === undefined || truth === undefined || said === truth;
}

/** The component weighs most: an operator who looks at the right machine will find the cause. */
function rank(meeting: Meeting): number {
  return (meeting.component ? 4 : 0) + (meeting.kind ? 2 : 0) + (meeting.detail ? 1 : 0);
}
