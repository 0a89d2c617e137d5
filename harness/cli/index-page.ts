import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { runSchema, scorecardSchema } from '../history/bundle.ts';
import { LabError } from '../../src/kernel/result.ts';
import { writeAtomically } from '../history/files.ts';
import { type IndexRow, renderIndex } from '../reporting/index-page.ts';
import { bundlesBelow } from './report.ts';

/** The index shows so many runs, the newest; older bundles stay on disk. */
const indexRowsMax = 500;

/** What a row shows of a `run.json`: to check all of it would take half the time of every index. */
const shownSchema = runSchema.pick({ schema: true, seed: true, state: true, digest: true }).extend({
  scenario: runSchema.shape.scenario.pick({ id: true }),
  diagnostician: runSchema.shape.diagnostician.pick({ name: true }),
  scorecard: scorecardSchema.pick({ verdict: true, score: true, said: true, expected: true }).nullable(),
});
type Shown = z.infer<typeof shownSchema>;

/** Writes reports/index.html anew from the bundles that are there. Where that is refused, a word on standard error: the index is a convenience, the runs are the result. */
export function refreshIndex(packageDir: string): void {
  try {
    writeIndex(packageDir);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`reports/index.html is as it was: ${error.failure.because}\n`);
  }
}

function writeIndex(packageDir: string): void {
  const dirs = bundlesBelow(join(packageDir, 'reports/runs'), indexRowsMax);
  const rows = dirs.flatMap((dir) => {
    const run = readRun(dir);
    return run ? [rowOf(run, basename(dir))] : [];
  });
  writeAtomically(join(packageDir, 'reports/index.html'), renderIndex(rows));
}

function rowOf(run: Shown, folder: string): IndexRow {
  return {
    href: `runs/${folder}/index.html`,
    scenario: run.scenario.id,
    seed: run.seed,
    verdict: run.scorecard?.verdict ?? (run.state === 'diagnosed' ? 'UNSCORED' : 'INTERRUPTED'),
    score: run.scorecard?.score ?? null,
    diagnostician: run.diagnostician.name,
    state: run.state,
    digest: run.digest,
    said: run.scorecard?.said ?? '',
    expected: run.scorecard?.expected ?? '',
  };
}

function readRun(dir: string): Shown | undefined {
  try {
    return shownSchema.parse(JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')));
  } catch {
    // A bundle of another version stays where it is; it only has no row.
    return undefined;
  }
}
