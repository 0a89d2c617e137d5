import { execFile } from 'node:child_process';
import type { Millis } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { commandVariable } from '../../journal/process-table.ts';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program to its end. */
export interface CommandOptions {
  /** The run that it works for; its mark lets `lab clean` end it before it looks. */
  readonly run?: string;
  readonly input?: string;
  /** Default 30 s. */
  readonly timeoutMs?: Millis;
}

/** Runs a program to its end; a failure is an answer. A program that does not exist ends with 127. */
export function tryCommand([program = '', ...args]: readonly string[], { run, input, timeoutMs = 30_000 }: CommandOptions = {}): Promise<Ended> {
  const env = { ...process.env, LC_ALL: 'C', PATH: searchPath(), ...(run !== undefined && { [commandVariable]: run }) };
  return new Promise((resolve) => {
    const child = execFile(program, args, { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024, env, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : (error.code as unknown) === 'ENOENT' ? 127 : 1;
      resolve({ code, stdout, stderr: error !== null && stderr === '' ? error.message : stderr });
    });
    // A program that ended before it read is judged by how it ended.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** Runs a program that must succeed, and gives what it wrote. */
export async function command(words: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(words, options);
  if (code !== 0) throw new LabError({ code: 'LAB_COMMAND', because: `${words.join(' ')} failed: ${lastLine(stderr) || `exit code ${code}`}` }, 4);
  return stdout;
}

/** Programs for administrators are where an ordinary user's PATH does not look. */
export const searchPath = (): string => `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
