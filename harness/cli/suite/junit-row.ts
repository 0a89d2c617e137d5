import { join } from 'node:path';
import type { Performed } from '../../lab.ts';
import { endCard } from '../../reporting/card.ts';
import type { JUnitRow } from '../../reporting/junit.ts';
import { shownPath } from '../places.ts';

/** One trial as a test case, with its end card as text. */
export function junitRow({ bundle, bundleDir, wallMs }: Performed): JUnitRow {
  const { run } = bundle;
  const { scorecard } = run;
  const virtualMs = run.endMs - run.startMs;
  const report = shownPath(join(bundleDir, 'index.html'));
  return {
    scenario: run.scenario.id, file: run.scenario.file, seed: run.seed, state: run.state, digest: run.digest, wallMs, virtualMs, report,
    diagnostician: run.diagnostician.name,
    fingerprint: run.diagnostician.fingerprint,
    verdict: scorecard?.verdict ?? 'ERROR',
    score: scorecard?.score ?? null,
    failureClass: scorecard?.failureClass ?? null,
    said: scorecard?.said ?? 'nothing',
    expected: scorecard?.expected ?? 'unknown',
    because: scorecard?.because ?? run.because,
    card: endCard({ bundle, bundlePath: shownPath(bundleDir), reportPath: report, wallMs, virtualMs }, { colour: false, unicode: true }),
  };
}
