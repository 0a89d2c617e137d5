import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { LabError } from '../../src/kernel/result.ts';
import { diskError } from '../history/files.ts';
import { labVersion } from '../version.ts';
import { commands } from './commands.ts';
import { withNpmFlags } from './npm-flags.ts';

// A run is over before compiled validators would have paid for their compilation.
z.config({ jitless: true });

/** Runs one command and sets the exit code: 0, 1 wrong, 2 usage, 3 inconclusive, 4 infrastructure, 70 a bug, 130/143 interrupted. */
export async function main(words: readonly string[]): Promise<void> {
  // A reader that has seen enough (`lab list | head -1`) closes the pipe; there is nobody left to tell anything.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const argv = withNpmFlags(words, process.env);
    const program = new Command('lab')
      .description('Break a distributed database on purpose, let an AI explain what happened, and grade the explanation.')
      .version(labVersion)
      .exitOverride()
      .showSuggestionAfterError()
      .addHelpText('after', '\nExamples:\n  npx lab run store-down\n  npx lab explain region-imbalance\n  npx lab list');
    const named = argv.find((word) => !word.startsWith('-'));
    for (const register of await commands(named)) register(program);
    for (const command of program.commands) command.exitOverride().showSuggestionAfterError();
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = error instanceof LabError ? error : diskError(error);
  if (known) {
    const { code, because, advice } = known.failure;
    process.stderr.write(`${because}${advice === undefined ? '' : `\n${advice}`}\n(${code})\n`);
    return known.exitCode;
  }
  process.stderr.write(`This is a bug in the lab (exit 70), not in what it tested.\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 70;
}
