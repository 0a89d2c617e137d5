import type { Bundle, Criterion } from '../../history/bundle.ts';
import { standingOf, stateWords } from '../standing.ts';

const glyphs = { pass: '✔', partial: '◐', fail: '✘', unknown: '?' } as const;

/** Every criterion with its points and its reason, and the sum that makes the score. */
export function scoreView({ run }: Bundle) {
  const card = run.scorecard;
  const standing = standingOf(run);
  const criteria = card?.criteria ?? [];
  return {
    judged: card !== null && criteria.length > 0,
    rows: criteria.map((line) => ({
      name: line.name, verdict: line.verdict, glyph: glyphs[line.verdict],
      points: line.earned === null ? `– / ${line.possible}` : `${line.earned} / ${line.possible}`,
      share: line.earned === null || line.possible === 0 ? 0 : Math.round((100 * line.earned) / line.possible),
      reason: line.reason,
    })),
    headline: card?.headline === true ? 'Right component, right cause, nothing false beside it, on evidence that holds.' : 'The headline (right component, right cause, nothing false beside it, on evidence that holds) is not met.',
    formula: standing.score === null ? '' : formulaOf(standing.score, criteria),
    scored: standing.score !== null,
    why: run.because || stateWords[run.state] || 'no reason was recorded',
    failureClass: card?.failureClass ?? '',
  };
}

/** The sum behind the score; where the two disagree, the page shows both and claims nothing. */
function formulaOf(score: number, criteria: readonly Criterion[]): string {
  const judged = criteria.filter((line) => line.earned !== null);
  const earned = round(judged.reduce((sum, line) => sum + (line.earned ?? 0), 0));
  const possible = round(judged.reduce((sum, line) => sum + line.possible, 0));
  const agrees = possible > 0 && Math.abs((100 * earned) / possible - score) <= 1;
  const left = criteria.filter((line) => line.earned === null).map((line) => line.name);
  const sum = agrees ? `score ${score} = 100 × ${earned} / ${possible}` : `score ${score}; ${earned} of ${possible} judged points`;
  return left.length > 0 ? `${sum}; not judged: ${left.join(', ')}` : sum;
}

const round = (value: number): number => Number(value.toFixed(1));
