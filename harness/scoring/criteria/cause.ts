import type { Case, Judgement, Rule } from '../case.ts';
import { alternativesOf, claimedCauses, type Pair } from '../causes.ts';
import { causeWords, listed } from '../words.ts';
import { judgeWithoutFault } from './without-fault.ts';

const possible = 20;

/** Was it called by its right name? A partition of the wrong scope, or a quota of the wrong resource, is half right. */
export const cause: Rule = {
  name: 'cause',
  possible,
  judge: (judged) => (judged.answer.verdict === 'fault' ? judgeKinds(judged) : judgeWithoutFault(judged, possible)),
};

function judgeKinds({ answer, diagnosis, matching }: Case): Judgement {
  const trueKinds = new Set<string>(answer.causes.flatMap((each) => alternativesOf(each).map((reading) => reading.kind)));
  const claimed = claimedCauses(diagnosis);
  const wrongCount = matching.extra.filter((each) => !trueKinds.has(each.kind)).length;
  const missingCount = matching.pairs.filter((pair) => pair.said === null).length;
  const truth = listed(answer.causes.map(kindWords));
  if (claimed.length === 0) return { earned: 0, reason: `named no cause, truth was ${truth}` };
  const right = matching.pairs.reduce((sum, pair) => sum + kindShare(pair), 0);
  const earned = (possible * right) / Math.max(1, matching.pairs.length + Math.max(0, wrongCount - missingCount));
  const said = listed([...new Set(claimed.map(kindWords))]);
  return { earned, reason: earned === possible ? `said ${said}, and so it was` : `said ${said}, truth was ${truth}` };
}

function kindShare(pair: Pair): number {
  if (!pair.kind) return 0;
  return pair.detail ? 1 : 0.5;
}

const kindWords = (each: { readonly kind: string; readonly scope?: string | undefined; readonly resource?: string | undefined }): string => causeWords({ ...each, component: '' });
