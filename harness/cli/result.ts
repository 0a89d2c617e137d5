import { join } from 'node:path';
import { type Bundle, submittedDiagnosis } from '../history/bundle.ts';
import { shownPath } from './places.ts';

/** The one document of `--json`; the same whatever way the run ended. */
export function resultDocument(bundle: Bundle, bundleDir: string, { wallMs, exitCode }: { readonly wallMs: number; readonly exitCode: number }): object {
  const { run, answer } = bundle;
  return {
    schema: 'lab.result/v1',
    scenario: run.scenario.id,
    title: run.scenario.title,
    seed: run.seed,
    cluster: run.cluster,
    state: run.state,
    because: run.because,
    verdict: run.scorecard?.verdict ?? 'ERROR',
    exitCode,
    score: run.scorecard?.score ?? null,
    failureClass: run.scorecard?.failureClass ?? null,
    said: run.scorecard?.said ?? null,
    expected: run.scorecard?.expected ?? null,
    criteria: run.scorecard?.criteria ?? [],
    evidence: run.scorecard?.evidence ?? [],
    truth: answer,
    diagnosis: submittedDiagnosis(bundle) ?? null,
    diagnostician: run.diagnostician,
    digest: run.digest,
    bundle: shownPath(bundleDir),
    report: shownPath(join(bundleDir, 'index.html')),
    virtualMs: run.endMs - run.startMs,
    wallMs: Math.round(wallMs),
  };
}
