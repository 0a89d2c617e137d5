import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlannedTrial } from './plan.ts';
import { type RunTrial, type Trial, unscored } from './trial.ts';
import type { WorkOrder, WorkResult } from './worker.ts';

/** Who is asked: as it is written after `--diagnostician`, and what that names. */
export interface Asked {
  readonly spec: string;
  readonly name: string;
  readonly fingerprint: string;
}

/** How trials are performed by processes of their own. */
export interface PoolOptions<P extends PlannedTrial = PlannedTrial> {
  readonly askedIn: (planned: P) => Asked;
  readonly signal: AbortSignal;
  readonly fileOf: (planned: P) => string;
  readonly dirFor: (planned: P) => string;
  /** Whether an older bundle of the same trial gives way. */
  readonly replace: boolean;
  /** For tests: another program for the workers. */
  readonly program?: string;
}

/** A worker that is larger after a trial performs no other. */
const residentBytesMax = 1_200_000_000;

const workerProgram = fileURLToPath(new URL('./worker.ts', import.meta.url));

/**
 * Processes that perform one trial at a time each. One that dies takes its own trial with it and no other: that trial ends as
 * an infrastructure error, and the next one gets a new process.
 */
export class WorkerPool<P extends PlannedTrial = PlannedTrial> implements Disposable {
  readonly #options: PoolOptions<P>;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  constructor(options: PoolOptions<P>) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#all.forEach((child) => child.connected && child.send('stop')), { once: true });
  }

  readonly run: RunTrial<P> = async (planned) => {
    const { askedIn, fileOf, dirFor, replace } = this.#options;
    const outDir = dirFor(planned);
    const child = this.#idle.pop() ?? this.#hire();
    const result = await answerOf(child, { file: fileOf(planned), seed: planned.seed, diagnostician: askedIn(planned).spec, outDir, replace });
    if ('trial' in result) {
      // Its memory is flat at about half of this; one that grows all the same starts anew instead of filling the machine.
      if (result.residentBytes > residentBytesMax) child.kill('SIGKILL');
      else this.#idle.push(child);
      return result.trial;
    }
    child.kill('SIGKILL');
    return lost(planned, this.#options.askedIn(planned), { bundleDir: outDir, bug: result.bug });
  };

  /** The numbers of the processes at work. */
  get pids(): number[] {
    return [...this.#all].flatMap((child) => child.pid ?? []);
  }

  [Symbol.dispose](): void {
    for (const child of this.#all) child.kill('SIGKILL');
  }

  #hire(): ChildProcess {
    const child = fork(this.#options.program ?? workerProgram, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, ...compiled() } });
    this.#all.add(child);
    child.once('exit', () => {
      this.#all.delete(child);
      const at = this.#idle.indexOf(child);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return child;
  }
}

/** Workers load the same modules, which are compiled already. */
function compiled(): { readonly NODE_COMPILE_CACHE?: string } {
  const dir = getCompileCacheDir?.();
  // Node adds a folder for its own version to whatever it is told.
  return dir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(dir) };
}

/** What is left of a trial whose process is gone: an infrastructure error. */
function lost({ scenario, seed }: PlannedTrial, { name, fingerprint }: Asked, { bundleDir, bug }: { readonly bundleDir: string; readonly bug: string }): Trial {
  const because = `the process of this trial was lost: ${bug}`;
  const scorecard = unscored(because);
  const common = { scenario: scenario.id, seed, state: 'infra-error', wallMs: 0, said: scorecard.said, expected: scorecard.expected } as const;
  const effort = { toolCalls: 0, repeats: 0, failures: 0, turns: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: null };
  return {
    ...common, cluster: scenario.cluster.kind, diagnostician: { name, fingerprint }, scorecard, floors: [], confidence: null, effort, steps: [], telemetry: null, bundleDir,
    junit: { ...common, file: scenario.file, digest: '', virtualMs: 0, report: '', diagnostician: name, fingerprint, verdict: 'ERROR', score: null, failureClass: null, because, card: `${because}\n` },
  };
}

/** The answer of a worker, or how it died. */
function answerOf(child: ChildProcess, order: WorkOrder): Promise<WorkResult> {
  return new Promise((resolve) => {
    const answered = (result: unknown) => settle(result as WorkResult);
    const died = (code: number | null, signal: string | null) => settle({ bug: signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}` });
    const broke = (error: Error) => settle({ bug: error.message });
    const settle = (result: WorkResult) => {
      child.off('message', answered).off('exit', died).off('error', broke);
      resolve(result);
    };
    child.once('message', answered).once('exit', died).once('error', broke);
    child.send(order);
  });
}
