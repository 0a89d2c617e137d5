import type { Command } from 'commander';
import { orThrow } from '../../src/kernel/result.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { isAsSealed } from '../history/digest.ts';
import { BundleWriter } from '../history/bundle-writer.ts';
import { judge } from '../lab.ts';
import { eachBundle } from './each-bundle.ts';
import { exitCodeOf } from './exit.ts';
import { refreshIndex } from './index-page.ts';
import { packageDir, shownPath, userPath } from './places.ts';

/** Adds `lab rescore`. */
export function registerRescore(program: Command): void {
  program
    .command('rescore')
    .description('judge old bundles again with the present scoring; no cluster, no diagnostician')
    .argument('<bundles...>', 'run bundles')
    .action((bundles: string[]) => {
      process.exitCode = eachBundle(bundles.map(userPath), (dir) => {
        const before = orThrow(readBundle(dir), 2).run;
        if (!isAsSealed(dir, before)) process.stderr.write(`${shownPath(dir)} was changed after it was sealed; what follows judges the changed bundle\n`);
        const { run } = judge(dir, BundleWriter.reopen(dir, before));
        const same = JSON.stringify(before.scorecard) === JSON.stringify(run.scorecard);
        process.stdout.write(`${run.scorecard?.verdict ?? '-'}  ${run.scenario.id}  ${before.scorecard?.score ?? '-'} → ${run.scorecard?.score ?? '-'}  ${same ? 'unchanged' : 'changed'}  ${shownPath(dir)}\n`);
        return exitCodeOf(run.state, run.scorecard) === 1 ? 1 : 0;
      });
      refreshIndex(packageDir);
    });
}
