import type { Rule } from '../case.ts';
import { listed } from '../words.ts';

const possible = 5;

/** Was it said who suffers? Only the names count, since no code can judge the prose beside them. */
export const impact: Rule = {
  name: 'impact',
  possible,
  judge: ({ answer, diagnosis, canonical }) => {
    const suffering = [...new Set(answer.impact.map((each) => canonical(each.component)))];
    if (suffering.length === 0) return { earned: null, reason: 'the truth names nobody who suffers' };
    const said = new Set(diagnosis.impact.map((each) => canonical(each.component)));
    const missed = suffering.filter((name) => !said.has(name));
    const earned = (possible * (suffering.length - missed.length)) / suffering.length;
    return { earned, reason: missed.length === 0 ? `named ${listed(suffering)}` : `did not name ${listed(missed)}; named ${listed([...said])}` };
  },
};
