import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { exportOpenMetrics } from '../../harness/telemetry/exposition-export.ts';
import { prometheusTransport } from '../../harness/telemetry/prometheus-api.ts';
import { matcher } from '../../harness/telemetry/matchers.ts';
import { Random } from '../../src/kernel/random.ts';
import { compare, type Verdict } from './comparison.ts';
import { ExpressionSource, nounsOf } from './drawn-expressions.ts';
import { noPrometheus, prometheusBinary, promtoolBeside, RealPrometheus } from './real-prometheus.ts';
import { varied, variedStore } from './varied-store.ts';

const found = prometheusBinary();
const binary = found ?? '';
const seed = Number(process.env.LAB_SEED ?? 20_261_125);
const drawn = 600;

describe.skipIf(found === undefined)(`beside a real Prometheus${found === undefined ? ` (skipped: ${noPrometheus})` : ''}`, () => {
  test(`${drawn} drawn expressions get the same bytes over HTTP (LAB_SEED=${seed})`, { timeout: 120_000 }, async () => {
    const random = Random.fromSeed(seed);
    const store = variedStore(random.fork('data'));
    await using real = await RealPrometheus.start(binary);
    await real.write(store);
    const major = /"version":"(\d+)\./.exec((await real.get('/api/v1/status/buildinfo')).text)?.[1] ?? '';
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

  test('promtool makes blocks of the OpenMetrics export, and every sample is in them', { timeout: 120_000 }, async () => {
    const store = variedStore(Random.fromSeed(seed).fork('data'));
    const dir = mkdtempSync(join(tmpdir(), 'openmetrics-'));
    try {
      await pipeline(Readable.from(exportOpenMetrics(store)), createWriteStream(join(dir, 'metrics.txt')));
      execFileSync(promtoolBeside(binary), ['tsdb', 'create-blocks-from', 'openmetrics', join(dir, 'metrics.txt'), join(dir, 'data')], { stdio: 'pipe' });
      await using real = await RealPrometheus.start(binary, { dataDir: join(dir, 'data') });
      const samples = store.select([matcher('__name__', '=~', '.+')]).reduce((total, series) => total + series.view(Infinity).times.length, 0);
      const { text } = await real.post('/api/v1/query', { query: 'sum(count_over_time({__name__=~".+"}[2h]))', time: String(varied.endMs / 1_000 + 60) });
      expect(JSON.parse(text)).toMatchObject({ data: { result: [{ value: [expect.anything(), String(samples)] }] } });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

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
