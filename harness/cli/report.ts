import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { writeAtomically } from '../history/files.ts';
import { renderRun } from '../reporting/page.ts';
import { eachBundle } from './each-bundle.ts';
import { refreshIndex } from './index-page.ts';
import { packageDir, runsDir, shownPath, userPath } from './places.ts';

/** Adds `lab report`. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('render the pages of bundles again, whole ones and those that a kill cut short')
    .argument('[bundles...]', 'run bundles')
    .option('--all', 'every bundle below reports/runs')
    .action((bundles: string[], { all }: { all?: boolean }) => {
      const dirs = all ? bundlesBelow(runsDir) : bundles.map(userPath);
      if (dirs.length === 0) throw new LabError({ code: 'LAB_USAGE', because: 'no bundle is named', advice: 'Name run bundles, or --all.' }, 2);
      process.exitCode = eachBundle(dirs, (dir) => {
        writeAtomically(join(dir, 'index.html'), renderRun(orThrow(readBundle(dir), 2)));
        process.stdout.write(`${shownPath(join(dir, 'index.html'))}\n`);
        return 0;
      });
      refreshIndex(packageDir);
    });
}

/** The newest folders below `dir` that hold a bundle, oldest first; without a limit, all of them. */
export function bundlesBelow(dir: string, limit = Infinity): string[] {
  if (!existsSync(dir)) return [];
  const found: string[] = [];
  // Newest first, so that thousands of older ones cost nothing where a limit is given.
  for (const name of readdirSync(dir).sort().reverse()) {
    if (found.length >= limit) break;
    if (existsSync(join(dir, name, 'run.json'))) found.push(join(dir, name));
  }
  return found.reverse();
}
