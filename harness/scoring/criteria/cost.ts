import type { Case, Rule } from '../case.ts';
import { effortOf, effortWords } from '../effort.ts';

/** What did the answer take? Told, never judged: a right answer is not worse for having been looked for. */
export const cost: Rule<Pick<Case, 'transcript'>> = {
  name: 'cost',
  possible: 0,
  judge: ({ transcript }) => ({ earned: 0, reason: effortWords(effortOf(transcript)), verdict: 'pass' }),
};
