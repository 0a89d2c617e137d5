import type { Command } from 'commander';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rules } from '../../src/diagnosis/rules/rules.ts';
import { perform } from '../lab.ts';
import { checkJudge, type JudgeCheck } from '../scoring/judge-check.ts';
import { chosenScenarios, wholeNumber } from './suite/flags.ts';

interface Flags {
  readonly mutants: string;
  readonly paraphrases: string;
  readonly seed: string;
}

/** Adds `lab judge-check`. */
export function registerJudgeCheck(program: Command): void {
  program
    .command('judge-check')
    .description('try to fool the scoring: spoil right diagnoses of real runs, none may pass; say them in other words, all must')
    .argument('[filter]', 'part of a scenario name, or a tag')
    .option('--mutants <n>', 'wrong diagnoses for each scenario', '200')
    .option('--paraphrases <n>', 'right ones in other words for each scenario', '50')
    .option('--seed <n>', 'seed of the runs and of the draws', '1')
    .action(async (filter: string | undefined, flags: Flags) => {
      process.exitCode = await judgeCheck(filter, flags);
    });
}

async function judgeCheck(filter: string | undefined, flags: Flags): Promise<number> {
  const seed = wholeNumber('--seed', flags.seed, 0);
  const counts = { mutants: wholeNumber('--mutants', flags.mutants, 1), paraphrases: wholeNumber('--paraphrases', flags.paraphrases, 0), seed };
  const scratch = mkdtempSync(join(tmpdir(), 'judge-check-'));
  let wrong = 0;
  try {
    for (const scenario of chosenScenarios(filter)) {
      const { bundle } = await perform({ scenario, seed, diagnostician: rules, outDir: join(scratch, 'run') });
      const { answer } = bundle;
      if (answer === null || bundle.run.state !== 'scored') {
        process.stdout.write(`UNKNOWN  ${scenario.id}  ${bundle.run.state}: ${bundle.run.because}\n`);
        continue;
      }
      const check = checkJudge({ ...bundle, answer }, counts);
      wrong += check.passed.length + check.misblamed.length + check.refused.length;
      process.stdout.write(checkText(scenario.id, check));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  process.stdout.write(wrong === 0 ? 'OK  no wrong answer passes, and every right one does\n' : `FAIL  the judge was wrong ${wrong} times\n`);
  return wrong === 0 ? 0 : 1;
}

function checkText(scenario: string, { mutants, byKind, passed, misblamed, paraphrases, refused }: JudgeCheck): string {
  const fine = passed.length + misblamed.length + refused.length === 0;
  const kinds = byKind.filter((kind) => kind.mutants > 0).map((kind) => `${kind.kind} ${kind.caught}/${kind.mutants}`).join(', ');
  return [
    `${fine ? 'OK  ' : 'FAIL'}  ${scenario}  ${mutants - passed.length - misblamed.length} of ${mutants} wrong ones caught, ${paraphrases - refused.length} of ${paraphrases} paraphrases pass`,
    `      ${kinds}`,
    ...passed.slice(0, 3).map((mutant) => `      PASSED     ${mutant.kind}: ${JSON.stringify(mutant.diagnosis.rootCauses)}`),
    ...misblamed.slice(0, 3).map((mutant) => `      UNNOTICED  ${mutant.kind}: ${mutant.responsible.join(' and ')} had nothing to object`),
    ...refused.slice(0, 3).map(({ because }) => `      REFUSED    ${because}`),
  ].join('\n').concat('\n');
}
