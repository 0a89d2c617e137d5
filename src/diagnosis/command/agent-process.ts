import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import type { Millis } from '../../kernel/clock.ts';
import { wallClock } from '../../kernel/wall-clock.ts';

/** How an agent's process ended. */
export interface AgentExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when it could not be started at all. */
  readonly spawnError?: string;
  /** Set when it was ended because it printed without end. */
  readonly flooded?: boolean;
}

/** More output than this is not a diagnosis. */
const outputBytesMax = 16 * 1024 * 1024;
/** So long the pipes of a program that has ended may stay open. Wall time. */
const pipesOpenMs: Millis = 1_000;

/**
 * A program that talks JSON lines. It gets a scratch folder as its working directory and home, an environment
 * with nothing in it but PATH and locale, and a process group of its own, which `end` takes down whole.
 */
export class AgentProcess {
  readonly exited: Promise<AgentExit>;
  readonly #child: ChildProcess;
  readonly #scratch: string;
  #stderr = '';
  #outputBytes = 0;
  readonly #closed = new AbortController();

  constructor(words: readonly string[], onLine: (line: string) => void) {
    this.#scratch = mkdtempSync(join(tmpdir(), 'agent-'));
    const [program = '', ...args] = words;
    this.#child = spawn(found(program), args, { cwd: this.#scratch, detached: true, env: cleanEnvironment(this.#scratch), stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that ends early closes its pipe; what it failed to read does not matter any more.
    this.#child.stdin?.on('error', () => {});
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4_000);
    });
    const finishLine = this.#splitLines(onLine);
    this.exited = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve({ code: null, signal: null, spawnError: error.message }));
      // When the program ends, so does what it started: a child that holds its output open would keep everybody waiting.
      this.#child.on('exit', () => {
        this.#killGroup();
        void this.#closeLate();
      });
      this.#child.on('close', (code, signal) => {
        this.#closed.abort();
        finishLine();
        resolve({ code, signal, ...(this.#outputBytes > outputBytesMax && { flooded: true }) });
      });
    });
  }

  /** The end of what it wrote to standard error. */
  get lastWords(): string {
    return this.#stderr.trim().split('\n').slice(-5).join('\n');
  }

  /** Writes one line to it. */
  send(value: object): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${JSON.stringify(value)}\n`);
  }

  /** Ends it and everything that it started, and removes its scratch folder. */
  end(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#killGroup();
    this.#closePipes();
    rmSync(this.#scratch, { recursive: true, force: true, maxRetries: 3 });
  }

  /** A child that left the group may hold the pipes for hours; what the program itself wrote has arrived long before. */
  async #closeLate(): Promise<void> {
    try {
      await wallClock.sleep(pipesOpenMs, this.#closed.signal);
    } catch {
      return;
    }
    this.#closePipes();
  }

  #closePipes(): void {
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe?.destroy();
  }

  #killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  }

  #splitLines(onLine: (line: string) => void): () => void {
    // Pieces of the unfinished line; joined once, since a huge line must not cost the square of its length.
    let rest: string[] = [];
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#outputBytes += text.length;
      if (this.#outputBytes > outputBytesMax) return this.end();
      const [first = '', ...more] = text.split('\n');
      rest.push(first);
      if (more.length === 0) return;
      const lines = [rest.join(''), ...more.slice(0, -1)];
      rest = [more.at(-1) ?? ''];
      for (const line of lines) if (line.trim() !== '') onLine(line);
    });
    return () => {
      if (rest.join('').trim() !== '') onLine(rest.join(''));
    };
  }
}

function cleanEnvironment(home: string): Record<string, string> {
  const kept = ['LANG', 'LC_ALL', 'TZ'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(kept), PATH: folders().filter((folder) => !isOurs(folder)).join(delimiter), HOME: home, TMPDIR: home };
}

const folders = (): string[] => (process.env['PATH'] ?? '').split(delimiter);

/** npm puts its programs in front, and with them the place of this repository: that is nothing for an agent to know. */
const isOurs = (folder: string): boolean => folder.split(sep).includes('node_modules') || `${folder}${sep}`.startsWith(`${process.cwd()}${sep}`);

/** The program as the user's own shell would find it, since the search path of the agent is shorter. */
function found(program: string): string {
  if (program.includes(sep)) return program;
  return folders().map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? program;
}
