import type { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { formatProblems } from '../scenario/format-problems.ts';
import { findEntry, listScenarios, loadScenarioText } from '../scenario/loader.ts';
import { scenariosRoot } from '../scenario/places.ts';
import { hasErrors } from '../scenario/problem.ts';
import { newScenarioText, renamedScenarioText } from '../scenario/template.ts';
import { labKnowledge } from './knowledge.ts';
import { shownPath } from './places.ts';

/** Adds `lab new`. */
export function registerNew(program: Command): void {
  program
    .command('new')
    .description('write a scenario file that is right as it stands, to be changed')
    .argument('<name>', 'store-slow, or tikv/store-slow to say the folder')
    .option('--from <scenario>', 'begin with a copy of this one')
    .addHelpText('after', '\nExamples:\n  npx lab new store-slow\n  npx lab new tikv/two-stores-down --from store-down')
    .action((name: string, flags: { from?: string }) => {
      const file = writeNewScenario(name, { ...flags, root: scenariosRoot });
      const id = path.relative(scenariosRoot, file).split(path.sep).join('/').replace(/\.yaml$/, '');
      process.stdout.write(`wrote ${shownPath(file)}\n\nnext:\n  npx lab lint ${shownPath(file)}\n  npx lab explain ${id}\n  npx lab run ${id}\n`);
    });
}

/** Writes the file, and returns its path; never over an existing one. */
export function writeNewScenario(name: string, options: { readonly from?: string; readonly root: string }): string {
  const parts = name.split('/');
  const base = parts.at(-1) ?? '';
  if (parts.length > 2 || !parts.every((part) => /^[a-z][a-z0-9-]*$/.test(part)))
    throw refused(`"${name}" is not a scenario name`, 'Use lower-case words joined by hyphens: store-slow, or tikv/store-slow.');
  const source = options.from === undefined ? undefined : orThrow(findEntry(options.from, listScenarios(options.root)), 2);
  const folder = parts.length === 2 ? (parts[0] ?? '') : source === undefined ? 'tikv' : path.dirname(source.id);
  const file = path.join(options.root, folder, `${base}.yaml`);
  if (existsSync(file)) throw refused(`${shownPath(file)} exists already`, 'Choose another name, or change that file.');
  const text = source === undefined ? newScenarioText(base) : renamedScenarioText(readFileSync(source.file, 'utf8'), base);
  const { problems } = loadScenarioText(text, { file, knowledge: labKnowledge() });
  if (hasErrors(problems)) throw refused(`the copy would not pass lint:\n${formatProblems(problems)}`, `Repair ${source?.id ?? 'the template'} first.`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const refused = (because: string, advice: string): LabError => new LabError({ code: 'LAB_USAGE', because, advice }, 2);
