import { execFile } from 'node:child_process';
import type { Millis } from '../../../src/kernel/clock.ts';
import { commandVariable } from '../../journal/process-table.ts';

/** How a program ended and what it wrote; `missing` when there is no such program. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
}

/** How to run a program. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The run that it works for: `lab clean` ends what still works for a dead run before it looks at what that left. */
  readonly run?: string;
  /** Default 20 s. */
  readonly timeoutMs?: Millis;
  readonly signal?: AbortSignal;
}

/** The variable by which a program is known to work for a run. */
export const markOf = (run: string): Readonly<Record<string, string>> => ({ [commandVariable]: run });

/** Runs a program to its end; a failure is an answer, not an error. */
export function runCommand([program = '', ...args]: readonly string[], { env, run, timeoutMs = 20_000, signal }: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env, ...(run !== undefined && markOf(run)) }, killSignal: 'SIGKILL', ...(signal && { signal }) } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr, missing: (error as NodeJS.ErrnoException | null)?.code === 'ENOENT' });
    });
  });
}
