import { Command } from 'commander';
import { vi } from 'vitest';

/** What one command prints on standard output when it is run with these words, in this process; for tests. */
export async function printedBy(register: (program: Command) => void, words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync([...words], { from: 'user' });
  } finally {
    write.mockRestore();
    process.exitCode = 0;
  }
  return printed.join('');
}
