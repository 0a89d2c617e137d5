import { execFileSync } from 'node:child_process';
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../../src/kernel/wall-clock.ts';

const lab = fileURLToPath(new URL('../../bin/lab.mjs', import.meta.url));
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether an engine answers and the images of the tests are named; where not, why, for the titles of skipped tests. */
export const noDocker: string | undefined = (() => {
  const needed = ['LAB_IMAGE_ETCD', 'LAB_IMAGE_PROMETHEUS'].find((name) => !process.env[name]);
  if (needed !== undefined) return `${needed} is not set: see test/docker/start-engine.sh and build-images.sh`;
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    execFileSync('docker', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no Docker engine with Compose v2 answers: see test/docker/start-engine.sh';
  }
})();

/** How a lab ended. */
export interface LabEnded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for one test with a fault journal of its own. */
export class Bench implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly env: Environment;

  constructor(env: Environment = {}) {
    const temporary = join(this.dir, 'tmp');
    mkdirSync(temporary);
    this.env = { LAB_STATE_DIR: join(this.dir, 'state'), TMPDIR: temporary, INIT_CWD: this.dir, NODE_ENV: undefined, NODE_DISABLE_COMPILE_CACHE: '1', ...env };
  }

  /** Starts the lab with these words; `kill` and `pid` are the child's. */
  start(args: readonly string[], env: Environment = {}) {
    return execa(process.execPath, [lab, ...args], { reject: false, cwd: this.dir, env: { ...this.env, ...env } });
  }

  /** Runs the lab with these words to its end. */
  async lab(args: readonly string[], env: Environment = {}): Promise<LabEnded> {
    const { exitCode, stdout, stderr } = await this.start(args, env);
    return { code: exitCode ?? -1, stdout: String(stdout), stderr: String(stderr) };
  }

  /** Writes a scenario file and gives the words that run it on containers, into a folder that `bundle` names. */
  scenario(name: string, text: string): readonly string[] {
    const file = join(this.dir, `${name}.yaml`);
    writeFileSync(file, text);
    return ['run', '--scenario-file', file, '--cluster', 'compose', '--diagnostician', 'rules'];
  }

  bundle = (name: string): string => join(this.dir, name);

  /** Everything by which this bench's runs could be noticed afterwards: what the engine has, mounts, temporary files, programs. */
  traces(): readonly string[] {
    const docker = (...args: string[]): string[] => {
      const told = execFileSync('docker', args, { encoding: 'utf8', env: { ...process.env, ...this.env } as NodeJS.ProcessEnv });
      return told.split('\n').filter((line) => line !== '').map((line) => `${args[0]} ${line}`);
    };
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').filter((line) => line.includes(`${this.dir}/tmp/`));
    return [
      ...docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'), ...docker('network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}'), ...docker('volume', 'ls', '--quiet'),
      ...mounts, ...readdirSync(join(this.dir, 'tmp')), ...this.processes(),
    ].toSorted();
  }

  /** Programs that this bench's labs started, and they themselves: they all know its journal. */
  processes(): readonly string[] {
    const mark = `LAB_STATE_DIR=${this.env['LAB_STATE_DIR']}`;
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark) ? [`process ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`] : [];
      } catch {
        return [];
      }
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A killed leader in a minute or two instead of five. */
export const shortScenario = (steady = '15s', hold = '25s'): string => `scenario: leader-killed
title: The leader dies
story: The leading member is killed.
subject: etcd
cluster: [{ kind: compose, nodes: { member: 3 } }]
load: { rate: 50/s, reads: 0.5 }
timeline:
  - steady: ${steady}
  - inject: { fault: process-kill, into: { role: member, leads: true }, as: victim }
  - hold: ${hold}
  - revert: victim
  - recover: 5s
truth: { verdict: fault, causes: [{ component: victim, kind: process-crash }] }
`;

/** Looks twice a second until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wallClock.sleep(500);
}

/** Settings that a shell script prints as lines of `export NAME='value'`. */
function exportsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** A Docker engine of a test's own, with the images that it needs. */
export class OwnEngine implements AsyncDisposable {
  readonly env: Environment;
  readonly #folder: string;

  private constructor(folder: string, env: Environment) {
    this.#folder = folder;
    this.env = env;
  }

  static async start(folder = mkdtempSync(join(tmpdir(), 'eng-'))): Promise<OwnEngine> {
    const engine = await OwnEngine.#sh('start-engine.sh', [folder], { DOCKER_HOST: undefined, LAB_TEST_ENGINE_OWN: 'true' });
    const images = await OwnEngine.#sh('build-images.sh', [], engine);
    return new OwnEngine(folder, { ...engine, ...images });
  }

  static async #sh(name: string, args: readonly string[], env: Environment): Promise<Record<string, string>> {
    return exportsOf(String((await execa('sh', [script(name), ...args], { env: { ...env } })).stdout));
  }

  /** The engine's process. */
  get pid(): number {
    return Number(readFileSync(join(this.#folder, 'engine.pid'), 'utf8'));
  }

  /** Starts it again after it was killed. */
  async restart(): Promise<void> {
    await OwnEngine.#sh('start-engine.sh', [this.#folder], { DOCKER_HOST: undefined, LAB_TEST_ENGINE_OWN: 'true' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execa('sh', [script('stop-engine.sh'), this.#folder]);
  }
}
