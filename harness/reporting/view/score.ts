import type { Bundle } from '../../history/bundle.ts';
import { standingOf, stateWords } from '../standing.ts';

const glyphs = { pass: '✔', partial: '◐', fail: '✘', unknown: '?' } as const;

/** Every criterion with its points and its reason, and the sum that makes the score. */
export function scoreView({ run }: Bundle) {
  const card = run.scorecard;
  const standing = standingOf(run);
  const criteria = card?.criteria ?? [];
  const judged = criteria.filter((line) => line.earned !== null);
  const possible = judged.reduce((sum, line) => sum + line.possible, 0);
  return {
    judged: card !== null && criteria.length > 0,
    rows: criteria.map((line) => ({
      name: line.name, verdict: line.verdict, glyph: glyphs[line.verdict],
      points: line.earned === null ? `– / ${line.possible}` : `${line.earned} / ${line.possible}`,
      share: line.earned === null || line.possible === 0 ? 0 : Math.round((100 * line.earned) / line.possible),
      reason: line.reason,
    })),
    headline: card?.headline === true ? 'Right component, right cause, nothing false beside it, on evidence that holds.' : 'The headline (right component, right cause, nothing false beside it, on evidence that holds) is not met.',
    formula: standing.score === null ? '' : `score ${standing.score} = 100 × ${round(judged.reduce((sum, line) => sum + (line.earned ?? 0), 0))} / ${round(possible)}${judged.length < criteria.length ? `; not judged: ${criteria.filter((line) => line.earned === null).map((line) => line.name).join(', ')}` : ''}`,
    scored: standing.score !== null,
    why: run.because || stateWords[run.state] || 'no reason was recorded',
    failureClass: card?.failureClass ?? '',
  };
}

const round = (value: number): number => Number(value.toFixed(1));
