import type { Case } from './case.ts';
import { isFull } from './causes.ts';
import { isHarmful } from './criteria/recommendation.ts';
import { isGrounded, isHeadline, isRightAnswer, isTimely } from './headline.ts';
import { isHandedOver, mentions, namesOf } from './support.ts';

/** Ways to fail that call for different cures; the words of cards and reports. */
export const failureClasses = [
  'did not look', 'looked, misread', 'right area, wrong component', 'right cause, wrong action', 'fabricated evidence', 'gave up',
  'correct by luck', 'agent crashed', 'agent hung', 'agent spoke garbage', 'agent refused', 'out of budget', 'false alarm',
  'right cause, wrong time', 'no alternatives', 'blamed too much', 'found only a part',
] as const;

/** One of `failureClasses`. */
export type FailureClass = (typeof failureClasses)[number];

const byAgentFailure: Readonly<Record<string, FailureClass>> = {
  AGENT_CRASHED: 'agent crashed', AGENT_TIMEOUT: 'agent hung', AGENT_GARBAGE: 'agent spoke garbage', AGENT_REFUSED: 'agent refused', AGENT_BUDGET: 'out of budget',
  AGENT_TRUNCATED: 'out of budget', AGENT_CONTEXT_FULL: 'out of budget',
};

/** The class of a run without a diagnosis, from the stable code of its failure; an unknown code counts as a crash. */
export function classOfAgentFailure(code: string): FailureClass {
  return byAgentFailure[code] ?? 'agent crashed';
}

/** The class of a wrong diagnosis, or null for a right one. An invention outranks everything: nothing else it says can be believed. */
export function classOfDiagnosis(judged: Case): FailureClass | null {
  const { audit, diagnosis, answer } = judged;
  if (isHeadline(judged)) return null;
  if (audit.fabricated.length > 0) return 'fabricated evidence';
  if (diagnosis.verdict === 'insufficient-evidence' && answer.verdict !== 'insufficient-evidence') return 'gave up';
  if (isRightAnswer(judged)) return flawOf(judged);
  if (answer.verdict !== 'fault') return diagnosis.verdict === 'fault' ? 'false alarm' : 'looked, misread';
  if (!looked(judged)) return 'did not look';
  if (diagnosis.verdict === 'fault' && judged.matching.complete) return 'blamed too much';
  if (diagnosis.verdict === 'fault' && judged.matching.pairs.some(isFull)) return 'found only a part';
  return isInTheArea(judged) ? 'right area, wrong component' : 'looked, misread';
}

/** Why a right answer does not pass. */
function flawOf(judged: Case): FailureClass {
  if (isHarmful(judged)) return 'right cause, wrong action';
  if (!isGrounded(judged)) return 'correct by luck';
  return isTimely(judged) ? 'no alternatives' : 'right cause, wrong time';
}

/** Whether anything that was asked or shown names a struck component. Of clients or the whole cluster every answer tells something. */
function looked({ answer, observations: shown, canonical }: Case): boolean {
  const observations = shown.filter((observation) => !isHandedOver(observation));
  if (observations.length === 0) return false;
  const struck = new Set(answer.causes.map((cause) => canonical(cause.component)));
  const nodes = answer.nodes.filter((node) => struck.has(node.id) || struck.has(canonical(node.role)));
  if (nodes.length === 0) return true;
  const names = namesOf(new Set(nodes.map((node) => node.id)), answer.nodes);
  return observations.some((observation) => mentions([observation.args, observation.answer], names));
}

/** The right kind of cause, or something of the right role, and yet no true component. */
function isInTheArea({ answer, matching, diagnosis, canonical }: Case): boolean {
  if (matching.pairs.some((pair) => pair.component)) return false;
  if (matching.pairs.some((pair) => pair.kind)) return true;
  const roleOf = (name: string) => answer.nodes.find((node) => node.id === canonical(name))?.role ?? canonical(name);
  const roles = new Set(answer.causes.map((cause) => roleOf(cause.component)));
  return diagnosis.rootCauses.some((cause) => roles.has(roleOf(cause.component)));
}
