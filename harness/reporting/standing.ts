import type { Run, Scorecard } from '../history/bundle.ts';

/** The five verdicts of the lab, and the word for an incident whose truth nobody told. */
export type Verdict = Scorecard['verdict'] | 'UNSCORED';

/** How a verdict looks: a glyph and a word, so that colour is never alone. `class` picks the colour. */
export interface Standing {
  readonly verdict: Verdict;
  readonly glyph: string;
  readonly ascii: string;
  readonly class: string;
  /** Null where a number would claim more than is known. */
  readonly score: number | null;
}

const looks: Record<Verdict, Pick<Standing, 'glyph' | 'ascii' | 'class'>> = {
  PASS: { glyph: '✔', ascii: 'ok', class: 'pass' },
  FAIL: { glyph: '✘', ascii: 'x', class: 'fail' },
  INCONCLUSIVE: { glyph: '◇', ascii: '?', class: 'inconclusive' },
  ERROR: { glyph: '!', ascii: '!', class: 'error' },
  INTERRUPTED: { glyph: '■', ascii: '-', class: 'interrupted' },
  UNSCORED: { glyph: '○', ascii: 'o', class: 'inconclusive' },
};

/** Verdicts from the one that needs a reader most to the one that needs none. */
export const worstFirst: readonly Verdict[] = ['FAIL', 'ERROR', 'INTERRUPTED', 'INCONCLUSIVE', 'UNSCORED', 'PASS'];

/** What a state that gave no judgement means, for somebody who has never met it. */
export const stateWords: Record<string, string> = {
  'invalid-injection': 'The fault was injected, but no independent probe saw it bite: nothing can be concluded.',
  'no-symptom': 'The fault acted, but nobody could have seen it: no symptom rose above ordinary operation, or nothing told of the struck component. Nothing can be concluded.',
  'infra-error': 'The lab or the cluster failed; this says nothing about the diagnostician.',
  interrupted: 'The run was stopped before its end; the page shows what there is.',
  diagnosed: 'This incident was diagnosed and not scored: nobody told the lab what was true.',
  running: 'The run was killed or is still going; the page shows what had been written.',
};

function verdictOf(run: Pick<Run, 'state' | 'scorecard'>): Verdict {
  if (run.state === 'running' || run.state === 'interrupted') return 'INTERRUPTED';
  if (run.state === 'diagnosed') return 'UNSCORED';
  if (run.scorecard) return run.scorecard.verdict;
  if (run.state === 'invalid-injection' || run.state === 'no-symptom') return 'INCONCLUSIVE';
  return run.state === 'agent-error' ? 'FAIL' : 'ERROR';
}

/** How one verdict looks, with a score only where it was really judged. */
export function standing(verdict: Verdict, score: number | null): Standing {
  const judged = verdict === 'PASS' || verdict === 'FAIL';
  return { verdict, ...looks[verdict], score: judged && score !== null ? Math.round(score) : null };
}

/** How a run stands; a run that was killed counts as interrupted, an unscored one as an error. */
export function standingOf(run: Pick<Run, 'state' | 'scorecard'>): Standing {
  return standing(verdictOf(run), run.scorecard?.score ?? null);
}
