import type { Case } from './case.ts';
import { alternativesOf, claimedCauses, isFull } from './causes.ts';
import { isHarmful } from './criteria/recommendation.ts';
import { isHandedOver, isTelling, tellingOf } from './support.ts';

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

/** What the evidence may be about: what is blamed, and whatever else the truth accepts in its place. */
export function concerned({ diagnosis, matching, canonical }: Pick<Case, 'diagnosis' | 'matching' | 'canonical'>): ReadonlySet<string> {
  const equivalents = matching.pairs.filter(isFull).flatMap((pair) => alternativesOf(pair.truth));
  const names = new Set([...claimedCauses(diagnosis), ...equivalents].map((each) => canonical(each.component)));
  // What concerns everybody can be told from any node, so no name can tell the difference.
  return names.has('clients') || names.has('cluster') ? new Set() : names;
}

/** The blamed nodes, where not one citation that matches concerns any of them: then the evidence may be true, and proves nothing. */
export function unsupportedBlame(judged: Case): readonly string[] {
  const { diagnosis, answer, canonical, audit, observations } = judged;
  const blamed = new Set(claimedCauses(diagnosis).map((cause) => canonical(cause.component)));
  const wanted = tellingOf(concerned(judged), answer);
  if (blamed.size === 0) return [];
  const supported = diagnosis.evidence.some((entry, index) => {
    const shown = observations.find((observation) => observation.id === entry.observation);
    return audit.checks[index]?.check === 'matches' && shown !== undefined && !isHandedOver(shown) && (wanted.names.length === 0 || isTelling(entry, shown, wanted));
  });
  return supported ? [] : [...blamed];
}

/** How far an onset may be off before it belongs to another incident, however old the fault. */
const anotherTimeMs = 300_000;
/** Clocks of hosts differ a little; beyond this a cause cannot lie after its own diagnosis. */
const clockSlackMs = 30_000;

/** Whether no true cause was dated to another time: a reader would go and look at what happened then. */
export function isTimely({ answer, matching, answeredAtMs }: Case): boolean {
  if (answer.verdict !== 'fault') return true;
  return matching.pairs.every(({ truth, said }) => {
    const allowedMs = Math.max(anotherTimeMs, answeredAtMs - truth.onsetMs);
    return said === null || (Math.abs(said.onset - truth.onsetMs) <= allowedMs && said.onset <= answeredAtMs + clockSlackMs);
  });
}

/** Whether anything but the answer was considered and ruled out on evidence that holds. Where the truth knows no look-alike, nothing need be. */
export function hasDifferential({ answer, diagnosis, audit }: Case): boolean {
  if (answer.lookalikes.length === 0) return true;
  return diagnosis.hypotheses.some((each) => each.verdict === 'rejected' && each.evidence.some(audit.confirms));
}

/** The headline: right answer about the right time, on evidence that holds, against at least one alternative, with advice that does no harm. */
export function isHeadline(judged: Case): boolean {
  return isRightAnswer(judged) && isGrounded(judged) && !isHarmful(judged) && isTimely(judged) && hasDifferential(judged);
}
