import { fileURLToPath } from 'node:url';
import type { Millis } from '../../../src/kernel/clock.ts';
import { command } from './command.ts';

/** One connection attempt: whether anything came back, and how long it took. */
export interface Attempt {
  readonly answered: boolean;
  readonly tookMs: Millis;
}

const program = fileURLToPath(new URL('reach-main.ts', import.meta.url));

/** Tries to connect to each of these from another namespace, all at once. */
export async function reach(launcher: readonly string[], targets: readonly { readonly host: string; readonly port: number }[], options: { readonly run: string; readonly withinMs?: Millis }): Promise<readonly Attempt[]> {
  const { run, withinMs = 1_000 } = options;
  const told = await command([...launcher, process.execPath, program, JSON.stringify(targets), String(withinMs)], { run, timeoutMs: withinMs + 20_000 });
  return JSON.parse(told) as readonly Attempt[];
}
