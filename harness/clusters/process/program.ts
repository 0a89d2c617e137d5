import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { defined } from '../../../src/kernel/assert.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { isAlive, markerVariable, processEntry, signal } from '../../journal/process-table.ts';
import type { ProcessState } from '../contract.ts';
import { searchPath } from './command.ts';

/** What a program is started from, the same each time. */
export interface ProgramPlan {
  readonly node: string;
  /** The program's own name, for messages. */
  readonly name: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where what it writes goes, appended. */
  readonly logFile: string;
  readonly run: string;
}

/** One node's program: started, signalled, and looked at in the process table. */
export class Program {
  readonly plan: ProgramPlan;
  #child: ChildProcess | undefined;
  #started = '';
  #ending: string | undefined;

  constructor(plan: ProgramPlan) {
    this.plan = plan;
  }

  /** Starts it; what cannot even be started is a failure, what ends soon after is {@link Program.ending}. */
  async start(): Promise<void> {
    const { words: [program = '', ...args], env, logFile, run } = this.plan;
    const log = openSync(logFile, 'a');
    this.#ending = undefined;
    try {
      // A group of its own: a Ctrl-C at the terminal is meant for the lab, which then ends the cluster in order.
      const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env: { ...process.env, PATH: searchPath(), ...env, [markerVariable]: run } });
      child.on('exit', (code, by) => (this.#ending = by === null ? `ended with exit code ${code}` : `was ended by ${by}`));
      await new Promise<void>((resolve, reject) => void child.once('spawn', resolve).once('error', reject));
      child.unref();
      this.#child = child;
      this.#started = processEntry(defined(child.pid, 'pid'))?.started ?? '';
    } catch (error) {
      throw new LabError({ code: 'LAB_PROGRAM_FAILED', because: `${this.plan.name} (${this.plan.node}) cannot be started: ${(error as Error).message}` }, 4, { cause: error });
    } finally {
      closeSync(log);
    }
  }

  /** How it ended, once it has. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** Its number and start time, by which it is told from a later process of the same number. */
  get identity(): { readonly pid: number; readonly started: string } {
    return { pid: this.#child?.pid ?? 0, started: this.#started };
  }

  state(): ProcessState {
    const { pid, started } = this.identity;
    if (pid === 0 || this.#ending !== undefined || !isAlive(pid, started)) return 'exited';
    return processEntry(pid)?.letter === 'T' ? 'paused' : 'running';
  }

  /** Signals it if it exists. */
  signal(name: NodeJS.Signals): void {
    const { pid, started } = this.identity;
    if (pid !== 0 && isAlive(pid, started)) signal(pid, name);
  }

  /** Waits until its state is the wanted one; false when it is not by then. */
  async becomes(wanted: ProcessState, clock: Clock, withinMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += 20) {
      if (this.state() === wanted) return true;
      await clock.sleep(20);
    }
    return false;
  }

  /** Its end as a failure, with the last that it said. */
  failure(): LabError {
    const { name, node, logFile } = this.plan;
    const said = lastLines(logFile);
    return new LabError({ code: 'LAB_PROGRAM_FAILED', because: `${name} (${node}) ${this.#ending ?? 'does not run'}; it said: ${said || 'nothing'}` }, 4);
  }
}

/** The last lines of a log, shortened, on one line. */
export function lastLines(file: string, count = 3): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).map((line) => line.slice(0, 400)).join(' | ');
  } catch {
    return '';
  }
}
