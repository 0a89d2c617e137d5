import type { Command } from 'commander';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { readCase } from '../fidelity/case.ts';
import { type Fidelity, fidelityOf } from '../fidelity/fidelity.ts';
import { fidelityPage } from '../fidelity/page.ts';
import { fidelityTable, missesOf } from '../fidelity/table.ts';
import { parseRuleFile } from '../telemetry/rules/rule-file.ts';
import type { RuleGroup } from '../telemetry/rules/rule.ts';
import { packageDir, userPath } from './places.ts';

interface FidelityFlags {
  readonly recordings?: string;
  readonly rules?: readonly string[];
  readonly seed: string;
  readonly misses?: boolean;
  readonly json?: boolean;
  readonly page?: boolean;
}

/** Where raw recordings lie beside a checkout of the project. */
const besideCheckout = path.join(packageDir, '..', 'shared', 'reference');

/** Adds `lab fidelity`. */
export function registerFidelity(program: Command): void {
  program
    .command('fidelity')
    .description('let the twin live through recorded outages of real clusters and compare the two')
    .argument('[filter]', 'part of a recording\'s name')
    .option('--recordings <dir>', 'a folder of raw recordings, or one of them (default: those beside the checkout)')
    .option('--rules <file...>', 'rule files whose alerts are compared (default: the vendor\'s beside the recordings, else the lab\'s own)')
    .option('--seed <n>', 'of the twin', '1')
    .option('--misses', 'name every disagreement, with its reason')
    .option('--page', 'print the page docs/fidelity.md')
    .option('--json', 'print one document, lab.fidelity/v1')
    .action(async (filter: string | undefined, flags: FidelityFlags) => {
      await fidelity(filter, flags);
    });
}

async function fidelity(filter: string | undefined, flags: FidelityFlags): Promise<void> {
  const root = flags.recordings === undefined ? path.join(besideCheckout, 'recordings') : userPath(flags.recordings);
  if (!existsSync(root)) {
    process.stdout.write('no raw recordings are here: nothing is compared (name a folder with --recordings)\n');
    return;
  }
  const groups = (flags.rules?.map(userPath) ?? defaultRules()).flatMap(ruleGroups);
  const results: Fidelity[] = [];
  for (const dir of foldersOf(root, filter)) {
    const each = readCase(dir);
    if (!each.ok) process.stderr.write(`${path.basename(dir)} is left out: ${each.failure.because}\n`);
    else results.push(await fidelityOf(each.value, { seed: Number(flags.seed), groups }));
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ schema: 'lab.fidelity/v1', results }, null, 1)}\n`);
  else if (flags.page) process.stdout.write(fidelityPage(results, Number(flags.seed)));
  else process.stdout.write([fidelityTable(results), ...(flags.misses ? results.map(missesOf) : [])].join('\n'));
}

function foldersOf(root: string, filter = ''): string[] {
  if (isRecording(root)) return [root];
  const dirs = readdirSync(root).filter((name) => name.includes(filter)).map((name) => path.join(root, name)).filter(isRecording);
  if (dirs.length > 0) return dirs.sort();
  throw new LabError({ code: 'LAB_NOT_A_RECORDING', because: `no raw recording in ${root} has "${filter}" in its name`, advice: 'Leave the filter out to see them all.' }, 2);
}

const isRecording = (dir: string): boolean => ['meta.json', 'meta.json.gz'].some((name) => existsSync(path.join(dir, name)));

function defaultRules(): string[] {
  const vendor = ['tikv.rules.v8.5.5.yml', 'pd.rules.v8.5.5.yml'].map((name) => path.join(besideCheckout, 'tikv-data', name)).filter((file) => existsSync(file));
  if (vendor.length > 0) return vendor;
  process.stderr.write("the vendor's rule files are not beside the recordings: alerts are those of the lab's own rules (name others with --rules)\n");
  return ['tikv', 'pd'].map((name) => path.join(packageDir, 'rules', `${name}.rules.yml`));
}

const ruleGroups = (file: string): readonly RuleGroup[] => orThrow(parseRuleFile(readFileSync(file, 'utf8'), { file, intervalMs: 15_000 }), 2);
