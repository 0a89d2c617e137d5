import { formatSpan } from '../../../src/kernel/units.ts';
import type { Case, Judgement, Rule } from '../case.ts';
import type { Pair } from '../causes.ts';

const possible = 5;
/** Scrapes and heartbeats come every 5 to 15 s, so nobody can date an onset better than this. */
const toleranceMinMs = 30_000;
const toleranceShare = 0.2;

/** Did it begin when it was said to begin? Full within 30 s or 20 % of the fault's age, half within twice that. */
export const onset: Rule = {
  name: 'onset',
  possible,
  judge: (judged) => {
    if (judged.answer.verdict !== 'fault') return { earned: null, reason: 'nothing began' };
    const parts = judged.matching.pairs.map((pair) => judgePair(pair, judged));
    if (parts.length === 0) return { earned: null, reason: 'the truth names no cause with an onset' };
    return { earned: parts.reduce((sum, part) => sum + (part.earned ?? 0), 0) / parts.length, reason: parts.map((part) => part.reason).join('; ') };
  },
};

function judgePair({ truth, said: paired }: Pair, { diagnosis, answeredAtMs }: Case): Judgement {
  // A wrong cause may still be dated rightly: the incident began when it began.
  const said = paired ?? diagnosis.rootCauses[0];
  if (said === undefined) return { earned: 0, reason: 'no onset was given' };
  const offMs = said.onset - truth.onsetMs;
  const toleranceMs = Math.max(toleranceMinMs, toleranceShare * (answeredAtMs - truth.onsetMs));
  const share = Math.abs(offMs) <= toleranceMs ? 1 : Math.abs(offMs) <= 2 * toleranceMs ? 0.5 : 0;
  return { earned: possible * share, reason: `said ${offWords(offMs)}, allowed ${formatSpan(toleranceMs)}` };
}

function offWords(offMs: number): string {
  if (offMs === 0) return 'the very moment';
  return `${formatSpan(Math.abs(offMs))} ${offMs > 0 ? 'after' : 'before'} it began`;
}
