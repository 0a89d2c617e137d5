import type { Command } from 'commander';
import { writeAtomically } from '../history/files.ts';
import { perform } from '../lab.ts';
import { renderJUnit } from '../reporting/junit.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { newRunDir, packageDir, shownPath, userPath } from './places.ts';
import { suiteDocument } from './suite/document.ts';
import { chosenDiagnostician, chosenScenarios, defaultDiagnostician, wholeNumber } from './suite/flags.ts';
import { suiteExitCode } from './suite/tally.ts';
import { suiteText, trialLine } from './suite/text.ts';
import { performTrials } from './suite/trial.ts';

interface SuiteFlags {
  readonly trials: string;
  readonly seedFrom: string;
  readonly diagnostician?: string;
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
    .option('--json', 'print one document, lab.suite/v1')
    .option('--junit <file>', 'also write the trials as JUnit XML')
    .option('--quiet', 'no line per trial')
    .addHelpText('after', '\nExamples:\n  npx lab suite --trials 20\n  npx lab suite recorded\n  npx lab suite tikv --trials 5 --diagnostician "command:python3 agent.py"')
    .action(async (filter: string | undefined, flags: SuiteFlags) => {
      process.exitCode = await suite(filter, flags);
    });
}

async function suite(filter: string | undefined, flags: SuiteFlags): Promise<number> {
  const counts = { trials: wholeNumber('--trials', flags.trials, 1), seedFrom: wholeNumber('--seed-from', flags.seedFrom, 0) };
  const scenarios = chosenScenarios(filter);
  const diagnostician = await chosenDiagnostician(flags.diagnostician ?? defaultDiagnostician());
  const interrupt = interruptSignal();
  const trials = await performTrials({
    ...counts, scenarios, diagnostician, perform,
    signal: interrupt.signal,
    dirFor: newRunDir,
    onTrial: (trial, done, total) => void (flags.quiet === true || process.stderr.write(trialLine(trial, `${done}/${total}`))),
  });
  interrupt.release();
  refreshIndex(packageDir);
  if (flags.junit !== undefined) writeAtomically(userPath(flags.junit), renderJUnit(trials.map((trial) => trial.junit)));
  const exitCode = suiteExitCode(trials, interrupt.exitCode());
  const asked = { diagnostician: { name: diagnostician.name, fingerprint: diagnostician.fingerprint() }, trialsPerScenario: counts.trials, seedFrom: counts.seedFrom, exitCode, shownPath };
  process.stdout.write(flags.json === true ? `${JSON.stringify(suiteDocument(trials, asked), null, 1)}\n` : suiteText(trials, shownPath));
  return exitCode;
}
