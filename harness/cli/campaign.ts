import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { LabError } from '../../src/kernel/result.ts';
import { estimateText, totalUsd } from './campaign/estimate.ts';
import { loadVariants } from './campaign/load-variants.ts';
import { type Campaign, campaignPool, type Contestant, planCampaign, runCampaign, type VariantResult } from './campaign/run-campaign.ts';
import { campaignText, duelsOf, figuresOf } from './campaign/text.ts';
import { refreshIndex } from './index-page.ts';
import { interruptSignal } from './interrupt.ts';
import { lockFolder } from './out-lock.ts';
import { newRunDir, packageDir, userPath } from './places.ts';
import { chosenDiagnostician, chosenScenarios, dollars, wholeNumber } from './suite/flags.ts';
import { defaultDb } from './suite/run-suite.ts';
import { ResultStore } from './suite/store.ts';
import { suiteExitCode } from './suite/tally.ts';
import { trialLine } from './suite/text.ts';

interface CampaignFlags {
  readonly variants?: string[];
  readonly trials: string;
  readonly seedFrom: string;
  readonly concurrency?: string;
  readonly limitUsd?: string;
  readonly estimate?: boolean;
  readonly resume?: boolean;
  readonly db?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds `lab campaign`. */
export function registerCampaign(program: Command): void {
  program
    .command('campaign')
    .description('compare variants of a diagnostician (model, prompt, tools, budget) on the same scenarios and seeds')
    .argument('[filter]', 'part of a scenario name, or a tag')
    .option('--variants <paths...>', 'variant files or folders of them (default: variants/)')
    .option('--trials <n>', 'seeds per scenario and variant; a recording runs once', '1')
    .option('--seed-from <n>', 'the first seed', '1')
    .option('--limit-usd <amount>', 'what the whole campaign may cost, resumed parts included; needed where anything costs money')
    .option('--estimate', 'say what it would cost and start nothing')
    .option('--concurrency <n>', 'trials at a time (default: one for each core)')
    .option('--resume', 'go on where the same campaign was stopped, killed, or had spent its limit')
    .option('--db <file>', 'where results are kept (default: reports/lab.db)')
    .option('--out <dir>', 'where bundles go, one folder a variant (default: new folders below reports/runs)')
    .option('--json', 'print one document, lab.campaign/v1')
    .option('--quiet', 'no line per trial')
    .addHelpText('after', '\nExit codes as for suite; 3 when the limit left trials out.\n\nExamples:\n  npx lab campaign --estimate\n  npx lab campaign tikv --trials 5 --limit-usd 20\n  npx lab campaign tikv --trials 5 --limit-usd 40 --resume\n  npx lab campaign --variants variants/rules.yaml mine.yaml')
    .action(async (filter: string | undefined, flags: CampaignFlags) => {
      process.exitCode = await campaign(filter, flags);
    });
}

async function campaign(filter: string | undefined, flags: CampaignFlags): Promise<number> {
  const variants = loadVariants((flags.variants ?? [resolve(packageDir, 'variants')]).map(userPath));
  const contestants: Contestant[] = await Promise.all(variants.map(async (variant) => {
    const diagnostician = await chosenDiagnostician(variant.spec);
    return { variant, asked: { spec: variant.spec, name: diagnostician.name, fingerprint: diagnostician.fingerprint() } };
  }));
  const counts = { trials: wholeNumber('--trials', flags.trials, 1), seedFrom: wholeNumber('--seed-from', flags.seedFrom, 0) };
  const limitUsd = flags.limitUsd === undefined ? undefined : dollars('--limit-usd', flags.limitUsd);
  const out = flags.out === undefined ? undefined : userPath(flags.out);
  using store = ResultStore.open(flags.db === undefined ? defaultDb : userPath(flags.db));
  const planned = planCampaign(store, contestants, { ...counts, scenarios: chosenScenarios(filter), resume: flags.resume === true });
  const estimate = estimateText(planned.rows, planned.spentUsd);
  if (flags.estimate === true) {
    process.stdout.write(estimate);
    return 0;
  }
  process.stderr.write(estimate);
  if (totalUsd(planned.rows) !== 0 && limitUsd === undefined) throw new LabError({ code: 'LAB_NEEDS_LIMIT', because: 'this campaign may cost money, and nobody said how much it may cost', advice: 'Add --limit-usd.' }, 2);
  using _lock = out === undefined ? undefined : lockFolder(out);
  const ended = await perform(planned, store, { ...flags, limitUsd: limitUsd ?? Infinity, out });
  if (out === undefined) refreshIndex(packageDir);
  return told(ended, { limitUsd, json: flags.json === true });
}

interface Ended {
  readonly results: readonly VariantResult[];
  readonly spentUsd: number;
  readonly interruptedWith: number | undefined;
}

async function perform(planned: Campaign, store: ResultStore, { concurrency, quiet, limitUsd, out }: Pick<CampaignFlags, 'concurrency' | 'quiet'> & { readonly limitUsd: number; readonly out: string | undefined }): Promise<Ended> {
  const interrupt = interruptSignal();
  using pool = campaignPool({
    signal: interrupt.signal,
    replace: out !== undefined,
    dirFor: ({ scenario, seed, variant }) => (out === undefined ? newRunDir(`${variant}-${scenario.id}`, seed) : join(out, variant, `${scenario.id.replaceAll('/', '-')}-s${seed}`)),
  });
  const ended = await runCampaign(planned, {
    store, limitUsd,
    concurrency: concurrency === undefined ? availableParallelism() : wholeNumber('--concurrency', concurrency, 1),
    signal: interrupt.signal,
    run: pool.run,
    onTrial: (variant, trial, position) => void (quiet === true || process.stderr.write(trialLine(trial, `${position} ${variant}`))),
  });
  interrupt.release();
  return { ...ended, interruptedWith: interrupt.exitCode() };
}

function told({ results, spentUsd, interruptedWith }: Ended, { limitUsd, json }: { readonly limitUsd: number | undefined; readonly json: boolean }): number {
  const missing = results.reduce((sum, { planned, trials }) => sum + planned - trials.length, 0);
  const code = suiteExitCode(results.flatMap(({ trials }) => trials), interruptedWith);
  const exitCode = missing > 0 && code === 0 ? 3 : code;
  const figures = results.map(figuresOf);
  if (json) process.stdout.write(`${JSON.stringify({ schema: 'lab.campaign/v1', variants: figures.map((each, index) => ({ ...each, spec: results[index]?.variant.spec })), duels: duelsOf(results), missing, spentUsd: Number(spentUsd.toFixed(4)), exitCode }, null, 1)}\n`);
  else process.stdout.write(`${campaignText(results)}${missing === 0 ? '' : `\n! ${missing} trials were not performed${interruptedWith === undefined && limitUsd !== undefined ? `: $${spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)} are spent, and the next would not fit` : ''}; the same command with --resume goes on\n`}`);
  return exitCode;
}
