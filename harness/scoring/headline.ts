import type { Case } from './case.ts';
import { claimedCauses, isFull } from './causes.ts';
import { isHarmful } from './criteria/recommendation.ts';
import { isAbout, isHandedOver, namesOf } from './support.ts';

/** The right verdict on the right thing for the right reason, and nothing false beside it; whatever the evidence. */
export function isRightAnswer({ answer, diagnosis, matching }: Case): boolean {
  if (diagnosis.verdict !== answer.verdict || matching.extra.length > 0) return false;
  if (answer.verdict === 'fault') return matching.complete && answer.causes.length > 0;
  // Without a fault the truth's causes may be named (a planned stop), but need not be.
  return claimedCauses(diagnosis).every((cause) => matching.pairs.every((pair) => pair.said !== cause || isFull(pair)));
}

/** Whether the citations carry the answer. Only a justified "cannot say" may come without any. */
export function isGrounded(judged: Case): boolean {
  const { answer, diagnosis, audit } = judged;
  if (audit.checks.length === 0) return answer.verdict === 'insufficient-evidence' && diagnosis.verdict === 'insufficient-evidence';
  return audit.holds && unsupportedBlame(judged).length === 0;
}

/** The blamed nodes, where not one citation that matches concerns any of them: then the evidence may be true, and proves nothing. */
export function unsupportedBlame({ diagnosis, answer, canonical, audit, observations }: Case): readonly string[] {
  const blamed = new Set(claimedCauses(diagnosis).map((cause) => canonical(cause.component)));
  const names = namesOf(blamed, answer.nodes);
  if (names.length === 0) return [];
  const supported = diagnosis.evidence.some((entry, index) => {
    const shown = observations.find((observation) => observation.id === entry.observation);
    return audit.checks[index]?.check === 'matches' && shown !== undefined && !isHandedOver(shown) && isAbout(entry, shown, names);
  });
  return supported ? [] : [...blamed];
}

/** The headline: right answer, on evidence that holds, with advice that does no harm. */
export function isHeadline(judged: Case): boolean {
  return isRightAnswer(judged) && isGrounded(judged) && !isHarmful(judged);
}
