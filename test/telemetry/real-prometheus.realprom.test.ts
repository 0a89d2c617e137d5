import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { exportOpenMetrics } from '../../harness/telemetry/exposition-export.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { Random } from '../../src/kernel/random.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { compare, requestOf, sortedVector, type Verdict } from './comparison.ts';
import { cornerStore } from './corner-store.ts';
import { corners } from './corners.ts';
import { ExpressionSource, nounsOf } from './drawn-expressions.ts';
import { noPrometheus, prometheusBinary, promtoolBeside, RealPrometheus } from './real-prometheus.ts';
import { varied, variedStore } from './varied-store.ts';

const found = prometheusBinary();
const binary = found ?? '';
const seed = Number(process.env.LAB_SEED ?? 20_261_125);
const drawn = 600;
const repository = join(import.meta.dirname, '../..');

describe.skipIf(found === undefined)(`beside a real Prometheus${found === undefined ? ` (skipped: ${noPrometheus})` : ''}`, () => {
  test(`${drawn} drawn expressions get the same bytes over HTTP (LAB_SEED=${seed})`, { timeout: 120_000 }, async () => {
    const random = Random.fromSeed(seed);
    const store = variedStore(random.fork('data'));
    await using real = await RealPrometheus.start(binary);
    await real.write(store);
    const major = await majorOf(real);
    const own = prometheusTransport(store, () => Infinity, major === '2' ? { windows: 'closed' } : {});
    const source = new ExpressionSource(nounsOf(store), random.fork('expressions'), varied);
    const verdicts: Verdict[] = [];
    const different: unknown[] = [];
    for (let i = 0; i < drawn; i++) {
      const question = source.question();
      const verdict = await compare(question, { own, real, major });
      verdicts.push(verdict);
      if (verdict.kind === 'different') different.push({ question, ...aroundDifference(verdict) });
    }
    console.log(`seed ${seed}, Prometheus ${major}.x: ${summary(verdicts)}`);
    expect(different).toEqual([]);
    expect(verdicts.filter((verdict) => verdict.kind === 'same' && !verdict.empty).length).toBeGreaterThanOrEqual(300);
  });

  test('the recorded answers to odd corners of the language are what a Prometheus 3 says today', { timeout: 60_000 }, async ({ skip }) => {
    await using real = await RealPrometheus.start(binary);
    if (await majorOf(real) !== '3') skip('the answers are those of a Prometheus 3');
    await real.write(cornerStore());
    const different: unknown[] = [];
    for (const { question, answer } of corners()) {
      const { status, text } = await real.post(...requestOf(question));
      const today = `${status} ${sortedVector(text.trim())}`;
      if (today !== answer) different.push({ question, today, answer });
    }
    expect(different).toEqual([]);
  });

  test('promtool makes blocks of the OpenMetrics export, and every sample is in them as it was', { timeout: 120_000 }, async () => {
    const store = variedStore(Random.fromSeed(seed).fork('data'));
    const dir = mkdtempSync(join(tmpdir(), 'openmetrics-'));
    try {
      await pipeline(Readable.from(exportOpenMetrics(store)), createWriteStream(join(dir, 'metrics.txt')));
      execFileSync(promtoolBeside(binary), ['tsdb', 'create-blocks-from', 'openmetrics', join(dir, 'metrics.txt'), join(dir, 'data')], { stdio: 'pipe' });
      await using real = await RealPrometheus.start(binary, { dataDir: join(dir, 'data') });
      const everything = { query: '{__name__=~".+"}[2h]', time: String(varied.endMs / 1_000 + 60) };
      const own = orThrow(await prometheusTransport(store, () => Infinity)({ method: 'POST', path: '/api/v1/query', body: String(new URLSearchParams(everything)) }));
      expect((await real.post('/api/v1/query', everything)).text.trim() === own.body).toBe(true);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('promtool asks lab serve: instant, range, series and labels', { timeout: 60_000 }, async () => {
    await using served = await labServe('store-kill');
    const { url, endSeconds } = served;
    const query = (...args: readonly string[]) => execFileSync(promtoolBeside(binary), ['query', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const at = ['--time', endSeconds];
    const span = ['--start', String(Number(endSeconds) - 240), '--end', endSeconds];
    expect(query('instant', ...at, url, 'up{job="pd"}')).toMatch(/^up\{.*job="pd".*\} => 1 @\[\d+\.?\d*\]$/m);
    expect(query('instant', ...at, url, 'count(up) > 2 and vector(1)')).toMatch(/^\{\} => \d+ @/);
    expect(query('range', ...span, '--step', '60s', url, 'sum(up)').match(/@\[/g)).toHaveLength(5);
    expect(query('series', ...span, '--match', 'up', url)).toMatch(/^\{__name__="up", instance=".+", job=".+"\}$/m);
    expect(query('labels', ...span, url, '__name__').split('\n')).toContain('up');
    expect(() => query('instant', ...at, url, 'sum(')).toThrow(/parse error/);
  });

  test("promtool finds nothing wrong with the lab's own rules", () => {
    const files = readdirSync(join(repository, 'rules')).filter((name) => name.endsWith('.yml')).map((name) => join(repository, 'rules', name));
    expect(execFileSync(promtoolBeside(binary), ['check', 'rules', ...files], { encoding: 'utf8' })).toMatch(/SUCCESS: \d+ rules found/);
  });
});

const majorOf = async (real: RealPrometheus): Promise<string> => /"version":"(\d+)\./.exec((await real.get('/api/v1/status/buildinfo')).text)?.[1] ?? '';

/** `lab serve` on a free port, until it is disposed of. */
async function labServe(recording: string): Promise<{ url: string; endSeconds: string } & AsyncDisposable> {
  const lab = spawn(process.execPath, [join(repository, 'bin/lab.mjs'), 'serve', recording, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => lab.once('exit', resolve));
  const [url, end] = await new Promise<[string, string]>((resolve, reject) => {
    let said = '';
    lab.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /^(http\S+) answers .* to (\S+)$/m.exec(said);
      if (found) resolve([found[1] as string, found[2] as string]);
    });
    void gone.then(() => reject(new Error(`lab serve ended: ${said}`)));
  });
  return { url, endSeconds: String(Math.floor(Date.parse(end) / 1_000)), async [Symbol.asyncDispose]() { lab.kill(); await gone; } };
}

function summary(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) {
    const name = verdict.kind === 'changed' ? `changed in ${verdict.because}` : verdict.kind === 'same' && verdict.empty ? 'same, without a result' : verdict.kind === 'unstable' ? 'the server contradicts itself' : verdict.kind;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join('; ');
}

/** Enough of both answers to see where they part. */
function aroundDifference({ own, real }: { readonly own: string; readonly real: string }): { readonly own: string; readonly real: string } {
  let i = 0;
  while (i < own.length && own[i] === real[i]) i++;
  return { own: own.slice(Math.max(0, i - 60), i + 60), real: real.slice(Math.max(0, i - 60), i + 60) };
}
