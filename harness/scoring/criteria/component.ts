import type { Case, Judgement, Rule } from '../case.ts';
import { alternativesOf, claimedCauses } from '../causes.ts';
import { listed } from '../words.ts';
import { judgeWithoutFault } from './without-fault.ts';

const possible = 20;

/** Was the right thing blamed? Blaming others as well costs in proportion, so naming everything earns almost nothing. */
export const component: Rule = {
  name: 'component',
  possible,
  judge: (judged) => (judged.answer.verdict === 'fault' ? judgeBlame(judged) : judgeWithoutFault(judged, possible)),
};

function judgeBlame({ answer, diagnosis, matching, canonical }: Case): Judgement {
  const trueNames = new Set(answer.causes.flatMap((cause) => alternativesOf(cause).map((each) => canonical(each.component))));
  const saidNames = [...new Set(claimedCauses(diagnosis).map((cause) => canonical(cause.component)))];
  const wrong = saidNames.filter((name) => !trueNames.has(name));
  const right = matching.pairs.filter((pair) => pair.component).length;
  const truth = listed([...new Set(answer.causes.map((cause) => cause.component))]);
  if (saidNames.length === 0) return { earned: 0, reason: `blamed nothing, truth was ${truth}` };
  const earned = (possible * right) / Math.max(1, matching.pairs.length + surplus(wrong.length, matching.pairs.length - right));
  return { earned, reason: earned === possible ? `blamed ${listed(saidNames)}, and it was` : `blamed ${listed(saidNames)}, truth was ${truth}` };
}

/** A wrong name in place of a missing one is one mistake, not two. */
function surplus(wrongCount: number, missingCount: number): number {
  return Math.max(0, wrongCount - missingCount);
}
