import type { Case, Judgement, Rule } from '../case.ts';
import { causeWords, listed } from '../words.ts';

const possible = 10;

/** Were the tempting wrong answers considered, and ruled out with evidence that holds? */
export const differential: Rule = { name: 'differential', possible, judge: judgeLookalikes };

function judgeLookalikes(judged: Case): Judgement {
  const { lookalikes } = judged.answer;
  if (lookalikes.length === 0) return { earned: null, reason: 'the truth names no look-alike' };
  const fates = lookalikes.map((lookalike) => ({ words: causeWords(lookalike), fate: fateOf(lookalike, judged) }));
  const ruledOut = fates.filter((each) => each.fate === 'ruled out');
  const rest = fates.filter((each) => each.fate !== 'ruled out').map((each) => `${each.words} ${each.fate}`);
  const reason = `ruled out ${ruledOut.length} of ${fates.length} look-alikes${rest.length === 0 ? '' : `: ${listed(rest)}`}`;
  return { earned: (possible * ruledOut.length) / fates.length, reason };
}

type Lookalike = Case['answer']['lookalikes'][number];

function fateOf(lookalike: Lookalike, { diagnosis, canonical, audit }: Case): string {
  const considered = diagnosis.hypotheses.filter((each) => each.cause.kind === lookalike.kind && canonical(each.cause.component) === canonical(lookalike.component));
  if (considered.length === 0) return 'was never considered';
  if (considered.some((each) => each.verdict === 'accepted')) return 'was accepted';
  const rejected = considered.filter((each) => each.verdict === 'rejected');
  if (rejected.length === 0) return 'was left open';
  return rejected.some((each) => each.evidence.some(audit.confirms)) ? 'ruled out' : 'was rejected without evidence that holds';
}
