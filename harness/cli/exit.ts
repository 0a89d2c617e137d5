import type { RunState, Scorecard } from '../history/bundle.ts';

/** What a run tells the shell: 0 right or unscored, 1 wrong or a failed agent, 3 inconclusive, 4 infrastructure, 130 interrupted. */
export function exitCodeOf(state: RunState, scorecard: Scorecard | null): number {
  switch (state) {
    case 'scored':
      return scorecard?.verdict === 'PASS' ? 0 : scorecard?.verdict === 'INCONCLUSIVE' ? 3 : 1;
    case 'diagnosed':
      return 0;
    case 'agent-error':
      return 1;
    case 'invalid-injection':
    case 'no-symptom':
      return 3;
    case 'infra-error':
      return 4;
    case 'interrupted':
    case 'running':
      return 130;
  }
}
