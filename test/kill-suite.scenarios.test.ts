import { expect, it } from 'vitest';
import { killSuites } from './kill-suite.ts';

it('a suite that is killed again and again and resumed has every trial once, and the table of an undisturbed run (node test/kill-suite.ts 300 does more)', async () => {
  const report = await killSuites({ kills: 6, filter: 'pd-only', seed: 3, patienceMaxMs: 2_000 });
  expect(report).toMatchObject({ wrong: [] });
  expect(report.midway).toBeGreaterThan(2);
}, 120_000);
