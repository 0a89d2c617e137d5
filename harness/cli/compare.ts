import type { Command } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { shownPath, userPath } from './places.ts';
import { type Baseline, type BaselineTrial, forBaseline, readBaseline } from './regress/baseline.ts';
import { compare } from './regress/compare.ts';
import { regressText, trialDifference } from './regress/text.ts';
import { ResultStore } from './suite/store.ts';
import { trialOf } from './suite/trial.ts';

/** Adds `lab compare`. */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .description('hold two run bundles, baselines or result databases against each other; starts nothing')
    .argument('<before>', 'a run bundle, a baseline (.json), or a result database (.db, its newest suite)')
    .argument('<now>', 'the same kind of thing, later or by somebody else')
    .addHelpText('after', '\nExit codes as for regress.\n\nExamples:\n  npx lab compare reports/runs/a reports/runs/b\n  npx lab compare rules.db claude.db')
    .action((before: string, now: string) => {
      process.exitCode = compareTwo(userPath(before), userPath(now));
    });
}

function compareTwo(beforePath: string, nowPath: string): number {
  const [before, now] = [resultsAt(beforePath), resultsAt(nowPath)];
  const [one, other] = [before.trials[0], now.trials[0]];
  if (before.trials.length === 1 && now.trials.length === 1 && one && other) {
    process.stdout.write(`${shownPath(beforePath)} → ${shownPath(nowPath)}\n${trialDifference({ before: one, now: other })}`);
    return one.verdict === 'PASS' && other.verdict !== 'PASS' ? 1 : 0;
  }
  const comparison = compare(before, now.trials);
  if (comparison.paired.length === 0) throw new LabError({ code: 'LAB_NOTHING_IN_COMMON', because: 'the two have no scenario and seed in common', advice: 'Run both over the same scenarios with the same seeds.' }, 2);
  process.stdout.write(regressText(comparison, { baseline: before, spec: now.diagnostician.spec, fingerprint: now.diagnostician.fingerprint, labVersion: now.labVersion }));
  return comparison.exitCode;
}

/** Whatever holds trials, as a baseline would hold them. */
function resultsAt(path: string): Baseline {
  if (!existsSync(path)) throw new LabError({ code: 'LAB_NO_RESULTS', because: `there is no ${shownPath(path)}`, advice: 'Name a results database of a suite, e.g. reports/lab.db.' }, 2);
  if (statSync(path).isDirectory()) {
    const bundle = orThrow(readBundle(path), 2);
    return resultsOf([forBaseline(trialOf({ bundle, bundleDir: path, wallMs: 0 }))], bundle.run.diagnostician, bundle.run.labVersion, path);
  }
  if (path.endsWith('.json')) return orThrow(readBaseline(path), 2);
  using store = ResultStore.open(path);
  const suite = store.last();
  const trials = suite === undefined ? [] : store.trials(suite);
  if (trials[0] === undefined) throw new LabError({ code: 'LAB_NO_RESULTS', because: `${shownPath(path)} holds no trial`, advice: 'Run a suite into it first: npm run suite.' }, 2);
  return resultsOf(trials.map(forBaseline), trials[0].diagnostician, 'of the suite', path);
}

function resultsOf(trials: readonly BaselineTrial[], { name, fingerprint }: { readonly name: string; readonly fingerprint: string }, ...[labVersion, path]: [string, string]): Baseline {
  return { schema: 'lab.baseline/v1', diagnostician: { spec: name, name, fingerprint }, labVersion, reason: shownPath(path), trials };
}
