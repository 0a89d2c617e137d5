import type { Rule } from '../case.ts';

/** Is anything wrong at all? */
export const verdict: Rule = {
  name: 'verdict',
  possible: 10,
  judge: ({ diagnosis, answer }) => ({
    earned: diagnosis.verdict === answer.verdict ? 10 : 0,
    reason: diagnosis.verdict === answer.verdict ? `said ${diagnosis.verdict}, and so it was` : `said ${diagnosis.verdict}, truth was ${answer.verdict}`,
  }),
};
