import type { Command } from 'commander';
import { writeAtomically } from '../history/files.ts';
import { renderJUnit } from '../reporting/junit.ts';
import { shownPath, userPath } from './places.ts';
import { suiteDocument } from './suite/document.ts';
import { chosenDiagnostician, chosenScenarios, defaultDiagnostician, wholeNumber } from './suite/flags.ts';
import { shardNamed } from './suite/plan.ts';
import { runSuite } from './suite/run-suite.ts';
import { suiteExitCode } from './suite/tally.ts';
import { suiteText } from './suite/text.ts';
import type { Trial } from './suite/trial.ts';

interface SuiteFlags {
  readonly trials: string;
  readonly seedFrom: string;
  readonly diagnostician?: string;
  readonly concurrency?: string;
  readonly shard?: string;
  readonly resume?: boolean;
  readonly db?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly junit?: string;
}

/** Adds `lab suite`. */
export function registerSuite(program: Command): void {
  program
    .command('suite')
    .description('run many scenarios and seeds, with floors and ceiling, and count')
    .argument('[filter]', 'part of a scenario name, or a tag')
    .option('--trials <n>', 'seeds per scenario; a recording is one incident and runs once', '1')
    .option('--seed-from <n>', 'the first seed', '1')
    .option('--diagnostician <spec>', 'rules | claude[:model] | command:<program …> | replay:<bundle> (default: claude with a key, else rules)')
    .option('--concurrency <n>', 'trials at a time, each in a process of its own (default: one for each core)')
    .option('--shard <i/n>', 'only this part of the suite; lab merge puts the parts together')
    .option('--resume', 'go on where the same suite was stopped or killed')
    .option('--db <file>', 'where results are kept (default: reports/lab.db)')
    .option('--out <dir>', 'where bundles go, one folder a trial, replaced when it is there (default: new folders below reports/runs)')
    .option('--json', 'print one document, lab.suite/v1')
    .option('--junit <file>', 'also write the trials as JUnit XML')
    .option('--quiet', 'no line per trial')
    .addHelpText('after', '\nExamples:\n  npx lab suite --trials 20\n  npx lab suite recorded\n  npx lab suite --trials 20 --resume\n  npx lab suite tikv --trials 5 --diagnostician "command:python3 agent.py"')
    .action(async (filter: string | undefined, flags: SuiteFlags) => {
      process.exitCode = await suite(filter, flags);
    });
}

async function suite(filter: string | undefined, flags: SuiteFlags): Promise<number> {
  const counts = { trials: wholeNumber('--trials', flags.trials, 1), seedFrom: wholeNumber('--seed-from', flags.seedFrom, 0) };
  const spec = flags.diagnostician ?? defaultDiagnostician();
  const diagnostician = await chosenDiagnostician(spec);
  const { trials, planned, interruptedWith } = await runSuite({
    ...counts, spec, diagnostician,
    scenarios: chosenScenarios(filter),
    ...(flags.concurrency === undefined ? {} : { concurrency: wholeNumber('--concurrency', flags.concurrency, 1) }),
    ...(flags.shard === undefined ? {} : { shard: shardNamed(flags.shard) }),
    ...(flags.db === undefined ? {} : { db: userPath(flags.db) }),
    ...(flags.out === undefined ? {} : { out: userPath(flags.out) }),
    resume: flags.resume === true,
    quiet: flags.quiet === true,
  });
  if (flags.junit !== undefined) writeAtomically(userPath(flags.junit), renderJUnit(trials.map((trial) => trial.junit)));
  const exitCode = suiteExitCode(trials, interruptedWith);
  const asked = { diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() }, trialsPerScenario: counts.trials, seedFrom: counts.seedFrom, planned, exitCode, shownPath };
  process.stdout.write(flags.json === true ? `${JSON.stringify(suiteDocument(trials, asked), null, 1)}\n` : suiteText(trials, shownPath) + missingLine(planned, trials));
  return exitCode;
}

/** What an interrupted suite owes: rates over a part must not be taken for the whole. */
function missingLine(planned: number, trials: readonly Trial[]): string {
  const missing = planned - trials.filter(({ state }) => state !== 'interrupted').length;
  return missing === 0 ? '' : `\n! ${missing} of ${planned} planned trials were not performed; the same command with --resume performs them\n`;
}
