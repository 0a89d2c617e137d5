import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Agent, request } from 'undici';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { MetricStore } from '../../harness/telemetry/store.ts';
import { remoteWriteBodies } from './remote-write.ts';

/** The Prometheus to compare with: what PROMETHEUS_BIN names, else the one on the PATH, else none. */
export function prometheusBinary(): string | undefined {
  const named = process.env.PROMETHEUS_BIN;
  if (named !== undefined && named !== '') return named;
  try {
    return execFileSync('/bin/sh', ['-c', 'command -v prometheus'], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Why tests against a real Prometheus do not run, for their titles. */
export const noPrometheus = 'no Prometheus: set PROMETHEUS_BIN, or see test/telemetry/fetch-prometheus.sh';

/** promtool lies beside the server. */
export const promtoolBeside = (binary: string): string => join(dirname(binary), 'promtool');

/** A real Prometheus on loopback with an empty database of its own, which goes away with it. */
export class RealPrometheus implements AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly #process: ChildProcess;
  readonly #dir: string;
  readonly #agent = new Agent({ connections: 1, headersTimeout: 600_000, bodyTimeout: 600_000 });

  private constructor(started: { url: string; dir: string; process: ChildProcess }) {
    this.url = started.url;
    this.#dir = started.dir;
    this.dataDir = join(started.dir, 'data');
    this.#process = started.process;
  }

  /** Starts the server and waits until it is ready; `dataDir` is a database that promtool has made. */
  static async start(binary: string, { dataDir }: { readonly dataDir?: string } = {}): Promise<RealPrometheus> {
    const dir = mkdtempSync(join(tmpdir(), 'real-prometheus-'));
    writeFileSync(join(dir, 'empty.yml'), 'global: {}\n');
    const child = spawn(
      binary,
      [`--config.file=${dir}/empty.yml`, `--storage.tsdb.path=${dataDir ?? `${dir}/data`}`, '--storage.tsdb.retention.time=100y', '--web.listen-address=127.0.0.1:0', '--web.enable-remote-write-receiver', '--query.timeout=10m'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const url = await address(child);
    const server = new RealPrometheus({ url, dir, process: child });
    while ((await server.#send({ path: '/-/ready', method: 'GET' })).status !== 200) await wallClock.sleep(50);
    return server;
  }

  /** Its process id, for memory figures. */
  get pid(): number {
    return this.#process.pid as number;
  }

  /** Sends every sample and stale marker of a store. */
  async write(store: MetricStore): Promise<void> {
    for (const body of remoteWriteBodies(store)) {
      const answer = await this.#send({ path: '/api/v1/write', method: 'POST', body, headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf', 'x-prometheus-remote-write-version': '0.1.0' } });
      if (answer.status >= 300) throw new Error(`remote write: ${answer.status} ${answer.text}`);
    }
  }

  /** Asks by POST, as a form; the answer as its bytes came. */
  post(path: string, parameters: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> {
    return this.#send({ path, method: 'POST', body: String(new URLSearchParams(parameters)), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  }

  /** Asks by GET. */
  get(path: string): Promise<{ status: number; text: string }> {
    return this.#send({ path, method: 'GET' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await this.#agent.close();
    await gone;
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #send({ path, ...options }: { path: string; method: 'GET' | 'POST'; body?: string | Buffer; headers?: Record<string, string> }): Promise<{ status: number; text: string }> {
    const { statusCode, body } = await request(`${this.url}${path}`, { ...options, dispatcher: this.#agent });
    return { status: statusCode, text: await body.text() };
  }
}

/** The server says on stderr where it listens. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 1_000_000) said += text;
      const found = /Listening on"[^\n]* address=(127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found) resolve(`http://${found}`);
    });
    child.once('exit', () => reject(new Error(`Prometheus did not start: ${said}`)));
  });
}
