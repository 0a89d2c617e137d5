import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { LabError } from '../../src/kernel/result.ts';
import { shownPath, userPath } from './places.ts';
import { defaultDb } from './suite/run-suite.ts';
import { ResultStore, type StoredSuite } from './suite/store.ts';
import { suiteExitCode } from './suite/tally.ts';
import { suiteText } from './suite/text.ts';
import type { Trial } from './suite/trial.ts';

interface Flags {
  readonly into?: string;
}

/** Adds `lab merge`. */
export function registerMerge(program: Command): void {
  program
    .command('merge')
    .description('put the parts of a sharded suite together and print its table')
    .argument('<files...>', 'result databases, one of each part; the newest suite of each is taken')
    .option('--into <file>', 'where the whole goes (default: reports/lab.db)')
    .addHelpText('after', '\nExit 3 when trials are missing.\n\nExample:\n  npx lab merge part-1.db part-2.db part-3.db')
    .action((files: string[], flags: Flags) => {
      process.exitCode = merge(files.map(userPath), flags.into === undefined ? defaultDb : userPath(flags.into));
    });
}

function merge(files: readonly string[], into: string): number {
  const parts = files.map(partOf);
  const first = parts[0] as Part;
  const stranger = parts.find((part) => part.suite.key !== first.suite.key);
  if (stranger) throw new LabError({ code: 'LAB_DIFFERENT_SUITES', because: `${shownPath(stranger.file)} and ${shownPath(first.file)} hold different suites: another diagnostician, lab, scenario text or seed`, advice: 'Run all parts with the same arguments except --shard.' }, 2);
  using store = ResultStore.open(into);
  const whole = store.begin({ key: first.suite.key, shard: '1/1', planned: first.suite.planned });
  for (const part of parts) for (const trial of part.trials) store.save(whole, trial);
  const trials = store.trials(whole);
  process.stdout.write(suiteText(trials, shownPath));
  const missing = whole.planned.length - trials.length;
  if (missing > 0) process.stdout.write(`\n! ${missing} of ${whole.planned.length} trials are missing: parts ${parts.map((part) => part.suite.shard).join(', ')} are here\n`);
  const code = suiteExitCode(trials);
  return missing > 0 && code === 0 ? 3 : code;
}

interface Part {
  readonly file: string;
  readonly suite: StoredSuite;
  readonly trials: readonly Trial[];
}

function partOf(file: string): Part {
  if (!existsSync(file)) throw new LabError({ code: 'LAB_NO_RESULTS', because: `there is no ${shownPath(file)}`, advice: 'Name the results databases of the shards, each from its own machine.' }, 2);
  using store = ResultStore.open(file);
  const suite = store.last();
  if (suite === undefined) throw new LabError({ code: 'LAB_NO_RESULTS', because: `${shownPath(file)} holds no suite`, advice: 'Run the shard that it belongs to first, or leave it out.' }, 2);
  return { file, suite, trials: store.trials(suite) };
}
