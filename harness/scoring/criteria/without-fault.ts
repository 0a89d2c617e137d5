import type { Case, Judgement } from '../case.ts';
import { claimedCauses, isFull } from '../causes.ts';
import { causeWords, listed } from '../words.ts';

/** Where nothing was broken, naming no cause is right, and so is naming only what the truth has, such as a planned stop. */
export function judgeWithoutFault({ diagnosis, matching }: Case, possible: number): Judgement {
  const claimed = claimedCauses(diagnosis);
  if (claimed.length === 0) return { earned: possible, reason: 'blamed nothing, and nothing was broken' };
  const invented = claimed.filter((each) => matching.extra.includes(each) || matching.pairs.some((pair) => pair.said === each && !isFull(pair)));
  if (invented.length === 0) return { earned: possible, reason: `named ${listed(claimed.map(causeWords))}, which is no fault` };
  return { earned: 0, reason: `blamed ${listed(invented.map(causeWords))}, but nothing was broken` };
}
