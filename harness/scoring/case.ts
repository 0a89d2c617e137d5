import { checkEvidence } from '../../src/diagnosis/evidence.ts';
import type { Diagnosis, ToolObservation } from '../../src/diagnosis/contract.ts';
import type { Answer, Bundle, Criterion } from '../history/bundle.ts';
import type { HistoryEvent } from '../history/events.ts';
import { auditEvidence, type Audit } from './audit.ts';
import { matchCauses, type Matching } from './causes.ts';
import { canonicalNames, type Canonical } from './names.ts';

/** What can be judged even when the diagnostician said nothing. */
export interface Witnessed {
  readonly answer: Answer;
  readonly history: readonly HistoryEvent[];
  readonly canonical: Canonical;
}

/** Everything that a criterion may look at: the truth, what was said, what was shown. */
export interface Case extends Witnessed {
  readonly diagnosis: Diagnosis;
  /** Everything that was written down while it was made: answers of tools, thoughts, turns. */
  readonly transcript: Bundle['transcript'];
  readonly observations: readonly ToolObservation[];
  readonly matching: Matching;
  readonly audit: Audit;
  /** When the answer was handed in, in cluster time. */
  readonly answeredAtMs: number;
}

/** Points with the reason for them; null when there is nothing to judge. */
export interface Judgement {
  readonly earned: number | null;
  readonly reason: string;
  /** For what is reported and earns no points: the word that points would have decided. */
  readonly verdict?: Criterion['verdict'];
}

/** One line of the scorecard before it is filled in. */
export interface Rule<C = Case> {
  readonly name: string;
  readonly possible: number;
  readonly judge: (judged: C) => Judgement;
}

/** Puts a submitted diagnosis beside the truth and checks its citations. */
export function openCase(bundle: Pick<Bundle, 'history' | 'transcript'>, answer: Answer, diagnosis: Diagnosis): Case {
  const canonical = canonicalNames(answer.nodes);
  const observations = bundle.transcript.filter((entry): entry is Extract<typeof entry, { kind: 'observation' }> => entry.kind === 'observation');
  const submitted = bundle.history.find((event) => event.kind === 'diagnosis-submitted');
  return {
    answer, diagnosis, observations, canonical,
    transcript: bundle.transcript,
    history: bundle.history,
    matching: matchCauses(diagnosis, answer, canonical),
    audit: auditEvidence(diagnosis.evidence, observations, checkEvidence),
    answeredAtMs: submitted?.atMs ?? bundle.history.at(-1)?.atMs ?? 0,
  };
}

/** Judges one criterion. One that throws is unknown with the reason: never a pass, never a zero. */
export function applyRule<C>(rule: Rule<C>, judged: C): Criterion {
  try {
    const { earned, reason, verdict } = rule.judge(judged);
    const line = criterion(rule, earned === null ? null : round(Math.min(rule.possible, Math.max(0, earned))), reason);
    return verdict === undefined ? line : { ...line, verdict };
  } catch (error) {
    return criterion(rule, null, `could not be judged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A filled-in line: full points pass, none fail, null is unknown. */
export function criterion(rule: Pick<Rule, 'name' | 'possible'>, earned: number | null, reason: string): Criterion {
  const verdict = earned === null ? 'unknown' : earned >= rule.possible ? 'pass' : earned > 0 ? 'partial' : 'fail';
  return { name: rule.name, earned, possible: rule.possible, verdict, reason };
}

/** One decimal: finer points would pretend to a precision that no rule here has. */
export function round(points: number): number {
  return Math.round(points * 10) / 10;
}
