import type { Command } from 'commander';
import { countsOf, formatProblems } from '../scenario/format-problems.ts';
import type { Knowledge } from '../scenario/knowledge.ts';
import { listScenarios, loadScenarioFile } from '../scenario/loader.ts';
import { hasErrors, type Problem } from '../scenario/problem.ts';
import { labKnowledge } from './knowledge.ts';
import { userPath } from './places.ts';
import { terminalLooks } from './terminal.ts';

/** Adds `lab lint`. */
export function registerLint(program: Command): void {
  program
    .command('lint')
    .description('check scenario files: every problem at once, each at its place')
    .argument('[files...]', 'scenario files (default: all committed ones)')
    .option('--json', 'print one document, lab.lint/v1')
    .addHelpText('after', '\nExamples:\n  npx lab lint\n  npx lab lint scenarios/tikv/store-down.yaml --json')
    .action((files: string[], flags: { json?: boolean }) => {
      const chosen = files.length > 0 ? files.map(userPath) : listScenarios().map((entry) => entry.file);
      const problems = lintFiles(chosen, labKnowledge());
      process.stdout.write(flags.json ? lintJson(problems, chosen.length) : lintText(problems, chosen.length));
      if (hasErrors(problems)) process.exitCode = 2;
    });
}

/** Every problem of these files, file by file. */
export function lintFiles(files: readonly string[], knowledge: Knowledge): readonly Problem[] {
  return files.flatMap((file) => loadScenarioFile(file, knowledge).problems);
}

function lintText(problems: readonly Problem[], files: number): string {
  const checked = `${files} ${files === 1 ? 'scenario' : 'scenarios'} checked`;
  if (problems.length === 0) return `${checked}: no problems\n`;
  return `${formatProblems(problems, { colour: terminalLooks(process.stdout).colour })}\n`;
}

function lintJson(problems: readonly Problem[], files: number): string {
  const errors = problems.filter((problem) => hasErrors([problem])).length;
  return `${JSON.stringify({ schema: 'lab.lint/v1', files, errors, warnings: problems.length - errors, summary: countsOf(problems), problems }, undefined, 1)}\n`;
}
