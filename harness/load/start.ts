import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { LoadSpec } from '../clusters/contract.ts';
import type { ClientSecond, LoadTargets, RunningLoad } from './contract.ts';
import { newsSchema, type News, type Order } from './messages.ts';

/** How long a generator may take to go by itself. */
const endWithinMs = 2_000;

const program = fileURLToPath(new URL('./client-main.ts', import.meta.url));

/** Starts a load generator as a program of its own, so that it shares neither the lab's event loop nor, where a launcher says so, its network. */
export async function startLoad(targets: LoadTargets, load: LoadSpec, signal?: AbortSignal): Promise<Result<RunningLoad>> {
  const [command = process.execPath, ...before] = [...(targets.launcher ?? []), process.execPath];
  const child = spawn(command, [...before, program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const generator = new LoadProgram(child, signal);
  generator.order({ kind: 'start', subject: targets.subject, endpoints: [...targets.endpoints], seed: targets.seed ?? 1, load });
  const started = await generator.started;
  if (!started.ok) await generator[Symbol.asyncDispose]();
  return started.ok ? ok(generator) : started;
}

/** The generator's program, seen from the lab. */
class LoadProgram implements RunningLoad {
  readonly started: Promise<Result<void>>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #seconds: ClientSecond[] = [];
  readonly #ended: Promise<void>;
  #complaint = '';
  #end: string | undefined;
  #disposed = false;

  constructor(child: ChildProcessWithoutNullStreams, signal: AbortSignal | undefined) {
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-2_000)));
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => child.once('close', (code, by) => resolve(this.#over(`ended with ${by ?? `status ${code}`}`))).once('error', (error) => resolve(this.#over(error.message))));
    this.started = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line, resolve));
      void this.#ended.then(() => resolve(failed('LAB_LOAD_START', `the load generator ${this.#end}`, 'see whether node starts there by hand')));
      signal?.addEventListener('abort', () => void this[Symbol.asyncDispose](), { once: true });
    });
  }

  order(order: Order): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  set = async (load: LoadSpec): Promise<void> => this.order({ kind: 'set', load });

  seconds = (): readonly ClientSecond[] => this.#seconds;

  died = (): string | undefined => (this.#disposed ? undefined : this.#end);

  #hear(line: string, started: (result: Result<void>) => void): void {
    const news = newsIn(line);
    // A launcher may have something to say, too.
    if (!news) this.#complaint = `${this.#complaint}${line}\n`.slice(-2_000);
    else if (news.kind === 'second') this.#seconds.push(news.second);
    else if (news.kind === 'ready') started(ok(undefined));
    else started({ ok: false, failure: news.failure });
  }

  #over(how: string): void {
    const last = this.#complaint.trim().split('\n').find((line) => /error/i.test(line)) ?? this.#complaint.trim().split('\n').at(-1) ?? '';
    this.#end ??= last === '' ? how : `${how}: ${last}`;
  }

  /** Its end of input tells it to go, also behind a launcher; what stays after a moment is killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#child.stdin.end();
    const patience = new AbortController();
    void wallClock.sleep(endWithinMs, patience.signal).then(() => this.#child.kill('SIGKILL'), () => {});
    await this.#ended;
    patience.abort();
  }
}

function newsIn(line: string): News | undefined {
  try {
    return newsSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
