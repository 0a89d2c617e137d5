import { Command } from 'commander';
import { vi } from 'vitest';

type Register = (program: Command) => void;

/** What one command prints on standard output and the exit code that it asks for, when it is run with these words in this process; for tests. */
export async function outcomeOf(register: Register, words: readonly string[]): Promise<{ readonly text: string; readonly exitCode: number }> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  process.exitCode = 0;
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync([...words], { from: 'user' });
    return { text: printed.join(''), exitCode: Number(process.exitCode) };
  } finally {
    write.mockRestore();
    process.exitCode = 0;
  }
}

/** What one command prints on standard output when it is run with these words, in this process; for tests. */
export const printedBy = async (register: Register, words: readonly string[]): Promise<string> => (await outcomeOf(register, words)).text;
