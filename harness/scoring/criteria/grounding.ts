import type { Case, Judgement, Rule } from '../case.ts';
import { unsupportedBlame } from '../headline.ts';
import { listed, oneLine } from '../words.ts';

const possible = 15;

/** Does each citation point at something that was really shown, with the value that it claims? */
export const grounding: Rule = { name: 'grounding', possible, judge: judgeCitations };

function judgeCitations(judged: Case): Judgement {
  const { answer, diagnosis } = judged;
  const { checks, matching, fabricated } = judged.audit;
  if (checks.length === 0) {
    const rightlyUnsure = diagnosis.verdict === 'insufficient-evidence' && answer.verdict === 'insufficient-evidence';
    return rightlyUnsure ? { earned: null, reason: 'nothing was cited, and nothing could be' } : { earned: 0, reason: 'nothing was cited' };
  }
  const share = `${matching} of ${checks.length} citations match what was shown`;
  const made = fabricated[0];
  if (made) return { earned: 0, reason: oneLine(`${made.id} is made up: ${made.reason}; ${share}`) };
  const beside = unsupportedBlame(judged);
  if (beside.length > 0) return { earned: (possible * matching) / checks.length / 2, reason: `none of the ${matching} citations that match is about ${listed(beside)}` };
  const off = checks.find((each) => each.check !== 'matches');
  return { earned: (possible * matching) / checks.length, reason: off === undefined ? share : oneLine(`${share}; ${off.id} ${off.check}: ${off.reason}`) };
}
