import { standingOf, stateWords } from '../standing.ts';
import type { Bundle } from '../../history/bundle.ts';

/** The first thing on the page: the word, the score, and the claim against the truth. */
export function verdictView({ run }: Bundle) {
  const card = run.scorecard;
  const standing = standingOf(run);
  const notice = stateWords[run.state] ?? '';
  return {
    ...standing,
    scenario: run.scenario.id, title: run.scenario.title, story: run.scenario.story,
    said: card?.said ?? '', expected: card?.expected ?? '',
    because: card?.because || run.because || (notice ? '' : 'no reason was recorded'),
    failureClass: card?.failureClass ?? '',
    notice,
    // The sum behind the number: points earned of points that could be judged.
    sum: standing.score === null ? '' : sumOf(card?.criteria ?? []),
  };
}

function sumOf(criteria: readonly { earned: number | null; possible: number }[]): string {
  const judged = criteria.filter((line) => line.earned !== null);
  const points = (pick: (line: { earned: number | null; possible: number }) => number) => Number(judged.reduce((sum, line) => sum + pick(line), 0).toFixed(1));
  return `${points((line) => line.earned ?? 0)} of ${points((line) => line.possible)} judged points`;
}
