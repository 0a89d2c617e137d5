import type { Command } from 'commander';
import { resolve } from 'node:path';
import { LabError } from '../../src/kernel/result.ts';
import { looks } from '../statistics/looks.ts';
import { labVersion } from '../version.ts';
import { packageDir, shownPath, userPath } from './places.ts';
import { forBaseline, readBaseline, type Baseline, writeBaseline } from './regress/baseline.ts';
import type { Comparison } from './regress/compare.ts';
import { compareInLooks } from './regress/in-looks.ts';
import { measureGate } from './regress/measure.ts';
import { regressText } from './regress/text.ts';
import { chosenDiagnostician, chosenScenarios, wholeNumber } from './suite/flags.ts';
import { runSuite } from './suite/run-suite.ts';
import { suiteExitCode } from './suite/tally.ts';
import { suiteText } from './suite/text.ts';

interface RegressFlags {
  readonly baseline?: string;
  readonly trials?: string;
  readonly diagnostician?: string;
  readonly json?: boolean;
  readonly aa?: boolean;
  readonly power?: boolean;
}

interface AcceptFlags {
  readonly baseline?: string;
  readonly trials: string;
  readonly diagnostician: string;
  readonly reason?: string;
}

const trialsByDefault = 10;
const defaultBaseline = resolve(packageDir, 'baselines/rules.json');

/** Adds `lab regress`. */
export function registerRegress(program: Command): void {
  program
    .command('regress')
    .description('compare with the accepted baseline on the same scenarios and seeds; exit 1 when significantly worse')
    .argument('[filter]', 'part of a scenario name, or a tag')
    .option('--baseline <file>', 'what to compare with (default: baselines/rules.json)')
    .option('--trials <n>', 'seeds per scenario (default: as many as the baseline has)')
    .option('--diagnostician <spec>', "what is compared (default: the baseline's)")
    .option('--json', 'print one document, lab.regress/v1')
    .option('--aa', "measure the gate instead: how often it cries wolf, by simulated suites in the baseline's shape")
    .option('--power', 'measure the gate instead: how often it sees a drop from 0.9 to 0.6 at 20 trials')
    .addHelpText('after', '\nExit codes: 0 no worse, 1 regressed, 3 not enough evidence or no baseline, 4 infrastructure.\n\nExamples:\n  npx lab regress\n  npx lab regress --trials 20\n  npx lab regress store-down')
    .action(async (filter: string | undefined, flags: RegressFlags) => {
      process.exitCode = await regress(filter, flags);
    });
}

/** Adds `lab baseline accept`. */
export function registerBaseline(program: Command): void {
  program
    .command('baseline')
    .description('what regress compares with')
    .command('accept')
    .description('run the suite and accept its results as the baseline')
    .requiredOption('--reason <text>', 'why these results are good enough; kept in the file')
    .option('--baseline <file>', 'where to write (default: baselines/<diagnostician>.json)')
    .option('--trials <n>', 'seeds per scenario', String(trialsByDefault))
    .option('--diagnostician <spec>', 'whose results', 'rules')
    .action(async (flags: AcceptFlags) => {
      process.exitCode = await accept(flags);
    });
}

async function regress(filter: string | undefined, flags: RegressFlags): Promise<number> {
  const path = flags.baseline === undefined ? defaultBaseline : userPath(flags.baseline);
  const read = readBaseline(path);
  if (!read.ok) throw new LabError({ ...read.failure, because: read.failure.because.replace(path, shownPath(path)) }, read.failure.code === 'LAB_NO_BASELINE' ? 3 : 2);
  const baseline = read.value;
  if (flags.aa === true || flags.power === true) {
    const { text, exitCode } = measureGate(baseline, { aa: flags.aa === true, power: flags.power === true });
    process.stdout.write(text);
    return exitCode;
  }
  const spec = flags.diagnostician ?? baseline.diagnostician.spec;
  const diagnostician = await chosenDiagnostician(spec);
  const seeds = flags.trials === undefined ? seedsIn(baseline) : wholeNumber('--trials', flags.trials, 1);
  const looked = await compareInLooks(baseline, { spec, diagnostician, scenarios: chosenScenarios(filter), seeds });
  if ('interruptedWith' in looked) return looked.interruptedWith;
  const { comparison, look } = looked;
  const inputs = { baseline, spec, fingerprint: diagnostician.fingerprint(), labVersion, look: { look, looks: looks.length } };
  process.stdout.write(flags.json === true ? `${JSON.stringify(documentOf(comparison), null, 1)}\n` : regressText(comparison, inputs));
  return comparison.exitCode;
}

async function accept(flags: AcceptFlags): Promise<number> {
  const diagnostician = await chosenDiagnostician(flags.diagnostician);
  const { trials, interruptedWith } = await runSuite({ spec: flags.diagnostician, diagnostician, scenarios: chosenScenarios(undefined), seedFrom: 1, trials: wholeNumber('--trials', flags.trials, 1) });
  if (interruptedWith !== undefined) return interruptedWith;
  process.stdout.write(suiteText(trials, shownPath));
  const code = suiteExitCode(trials);
  // Wrong answers may be accepted, with a reason; a suite that did not run must not become what others are measured by.
  if (code === 4) throw new LabError({ code: 'LAB_SUITE_INCOMPLETE', because: 'trials failed for reasons of infrastructure, so nothing was accepted', advice: 'Run it again; what the trials died of stands in the table above.' }, 4);
  const path = flags.baseline === undefined ? resolve(packageDir, `baselines/${diagnostician.name.replaceAll(/[^\w.-]+/g, '-')}.json`) : userPath(flags.baseline);
  const spec = flags.diagnostician;
  writeBaseline(path, { schema: 'lab.baseline/v1', diagnostician: { spec, name: diagnostician.name, fingerprint: diagnostician.fingerprint() }, labVersion, reason: flags.reason ?? '', trials: trials.map(forBaseline) });
  process.stdout.write(`\naccepted  ${shownPath(path)}, ${trials.length} trials: commit it\n`);
  return 0;
}

function documentOf({ decision, paired, violations, notJudged, unpaired, unrepeated, exitCode }: Comparison): object {
  return { schema: 'lab.regress/v1', ...decision, violations: violations.map(({ now }) => now), pairs: paired.length, unpaired, unrepeated, notJudged: notJudged.length, exitCode };
}

/** As many seeds as the baseline has of the scenario that it knows best; recordings have one anyway. */
function seedsIn(baseline: Baseline): number {
  return Math.max(1, ...[...Map.groupBy(baseline.trials, (trial) => trial.scenario).values()].map((own) => own.length));
}
