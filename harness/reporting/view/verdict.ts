import { standingOf } from '../standing.ts';
import type { Bundle } from '../../history/bundle.ts';

/** What a state that gave no judgement means, for somebody who has never met it. */
const stateWords: Record<string, string> = {
  'invalid-injection': 'The fault was injected, but no independent probe saw it bite: nothing can be concluded.',
  'no-symptom': 'The fault acted, but no symptom rose above ordinary operation: nothing can be concluded.',
  'infra-error': 'The lab or the cluster failed; this says nothing about the diagnostician.',
  interrupted: 'The run was stopped before its end; the page shows what there is.',
  running: 'The run was killed or is still going; the page shows what had been written.',
};

/** The first thing on the page: the word, the score, and the claim against the truth. */
export function verdictView({ run }: Bundle) {
  const card = run.scorecard;
  const standing = standingOf(run);
  return {
    ...standing,
    scenario: run.scenario.id, title: run.scenario.title, story: run.scenario.story,
    said: card?.said ?? '', expected: card?.expected ?? '',
    because: card?.because || run.because || 'no reason was recorded',
    failureClass: card?.failureClass ?? '',
    notice: stateWords[run.state] ?? '',
    // The sum behind the number: points earned of points that could be judged.
    sum: standing.score === null ? '' : sumOf(card?.criteria ?? []),
  };
}

function sumOf(criteria: readonly { earned: number | null; possible: number }[]): string {
  const judged = criteria.filter((line) => line.earned !== null);
  const points = (pick: (line: { earned: number | null; possible: number }) => number) => Number(judged.reduce((sum, line) => sum + pick(line), 0).toFixed(1));
  return `${points((line) => line.earned ?? 0)} of ${points((line) => line.possible)} judged points`;
}
