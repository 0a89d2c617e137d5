import { ResultStore } from './store.ts';
import { type Trial, unscored } from './trial.ts';

/** For tests only: a judged trial that nobody performed. */
export function fakeTrial(scenario: string, seed: number, changes: Partial<Omit<Trial, 'scorecard'>> & { readonly verdict?: 'PASS' | 'FAIL' } = {}): Trial {
  const { verdict = 'PASS', ...rest } = changes;
  const score = verdict === 'PASS' ? 100 : 45;
  return {
    scenario, seed, cluster: 'twin', state: 'scored',
    scorecard: { ...unscored(''), verdict, score, headline: verdict === 'PASS', failureClass: verdict === 'PASS' ? null : 'looked, misread', said: verdict === 'PASS' ? 'tikv-2 process-crash' : 'healthy', expected: 'tikv-2 process-crash', criteria: [{ name: 'verdict', earned: verdict === 'PASS' ? 10 : 0, possible: 10, verdict: verdict === 'PASS' ? 'pass' : 'fail', reason: '' }] },
    floors: [], confidence: 0.9,
    effort: { toolCalls: 3, repeats: 0, failures: 0, turns: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: null },
    steps: ['tickets {}', verdict === 'PASS' ? 'query up' : 'query down'], telemetry: `${scenario}#${seed}`,
    diagnostician: { name: 'rules', fingerprint: 'rules@1' }, bundleDir: '/bundles/x', wallMs: 1_000, junit: {} as Trial['junit'],
    ...rest,
  };
}

/** For tests only: a database with one suite of these trials. */
export function databaseOf(file: string, trials: readonly Trial[], suite: { readonly key?: string; readonly shard?: string; readonly planned?: readonly (readonly [string, number])[] } = {}): string {
  using store = ResultStore.open(file);
  const begun = store.begin({ key: suite.key ?? 'k', shard: suite.shard ?? '1/1', planned: suite.planned ?? trials.map(({ scenario, seed }) => [scenario, seed] as const) });
  for (const trial of trials) store.save(begun, trial);
  return file;
}
