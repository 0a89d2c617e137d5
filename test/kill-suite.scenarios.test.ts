import { expect, it } from 'vitest';
import { killSuites } from './kill-suite.ts';

/** How often a suite is killed; `KILLS=300` takes a while. */
const kills = Number(process.env['KILLS'] ?? 6);

it('a suite that is killed again and again and resumed has every trial once, and the table of an undisturbed run', async () => {
  const report = await killSuites({ kills, filter: 'pd-only', seed: 3, patienceMaxMs: 2_000 });
  expect(report).toMatchObject({ wrong: [] });
  expect(report.midway).toBeGreaterThan(kills / 3);
}, 20_000 * kills);
