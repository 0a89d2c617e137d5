import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMs, writeRawRecording } from '../clusters/recorded/raw-recording.test-kit.ts';
import { registerExport } from './export.ts';
import { registerServe } from './serve.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-serve-'));
const raw = join(home, 'raw');
const bundle = join(home, 'bundle');
const rules = join(home, 'my.rules.yml');

beforeAll(() => {
  writeRawRecording(raw);
  mkdirSync(join(bundle, 'incident'), { recursive: true });
  writeFileSync(join(bundle, 'run.json'), JSON.stringify({ endMs: 7_000, secret: 'the answer' }));
  const target = { job: 'tikv', instance: 'a:1', timesMs: [1_000, 6_000] };
  const recorded = { job: 'rules', instance: '', timesMs: [2_000] };
  const lines = [
    { format: 'lab-metrics/1', startMs: 1_000, endMs: 6_000, series: 2, targets: [target, recorded] },
    { n: 'up', l: {}, t: 0, i: 0, v: [1, 0] },
    { n: 'ALERTS', l: { alertname: 'Recorded' }, t: 1, i: 0, v: [1] },
  ];
  writeFileSync(join(bundle, 'incident/metrics.jsonl.br'), brotliCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  writeFileSync(rules, 'groups: [{name: g, interval: 1s, rules: [{alert: Down, expr: up == 0}]}]');
});
afterAll(() => rmSync(home, { recursive: true }));

function start(...args: string[]): { readonly done: Promise<unknown>; readonly printed: string[]; readonly url: Promise<string> } {
  const printed: string[] = [];
  const { promise: url, resolve } = Promise.withResolvers<string>();
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    const found = /http:\/\/[\d.:]+/.exec(String(text))?.[0];
    if (found !== undefined) resolve(found);
    return true;
  });
  const program = new Command().exitOverride();
  registerServe(program);
  const done = program.parseAsync(['serve', ...args, '--port', '0'], { from: 'user' }).finally(() => write.mockRestore());
  return { done, printed, url };
}

/** Asks a served place, stops it as Ctrl-C does, and gives the answers. */
async function asked(args: string[], paths: string[]): Promise<{ answers: { data: never }[]; printed: string; exitCode: unknown }> {
  const { done, printed, url } = start(...args);
  const base = await url;
  const answers = await Promise.all(paths.map(async (path) => (await fetch(`${base}/api/v1/${path}`)).json() as Promise<{ data: never }>));
  process.emit('SIGINT');
  await done;
  const { exitCode } = process;
  process.exitCode = undefined;
  return { answers, printed: printed.join(''), exitCode };
}

describe('lab serve', () => {
  test('answers as of the end of a run, says where, and ends by Ctrl-C with 130', async () => {
    const { answers, printed, exitCode } = await asked([bundle], ['query?query=up', 'query?query=ALERTS', 'targets', 'rules']);
    expect(answers).toMatchObject([
      { data: { result: [{ metric: { instance: 'a:1', job: 'tikv' }, value: [7, '0'] }] } },
      { data: { result: [{ metric: { alertname: 'Recorded' } }] } },
      { data: { activeTargets: [{ health: 'down' }] } },
      { data: { groups: [] } },
    ]);
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+ answers as the Prometheus of bundle: \d+ series, 1970-01-01T00:00:01Z to 1970-01-01T00:00:07Z\n/);
    expect(exitCode).toBe(130);
  });

  test('runs a user’s rules instead of what was recorded of rules', async () => {
    const { answers } = await asked(['--rules', rules, bundle], ['query?query=ALERTS', 'alerts']);
    expect(answers).toMatchObject([{ data: { result: [{ metric: { alertname: 'Down', alertstate: 'firing' } }] } }, { data: { alerts: [{ state: 'firing', activeAt: '1970-01-01T00:00:06Z' }] } }]);
  });

  test('serves a raw recording too', async () => {
    const { answers } = await asked([raw], [`query?query=grows&time=${startMs / 1_000 + 95}`]);
    expect(answers).toMatchObject([{ data: { result: [{ value: [startMs / 1_000 + 95, '3'] }] } }]);
  });

  test.each([
    ['a folder without telemetry', [home], 'LAB_NOTHING_TO_SERVE'],
    ['a name that is nowhere', ['no-such-recording'], 'LAB_NOTHING_TO_SERVE'],
    ['a rule file that is not there', [bundle, '--rules', join(home, 'none.yml')], 'LAB_RULES'],
    ['a rule file that is none', [bundle, '--rules', join(bundle, 'run.json')], 'LAB_RULES'],
    ['a port that is none', [bundle, '--port', '70000'], 'LAB_USAGE'],
  ])('refuses %s with exit code 2', async (_, args, code) => {
    const program = new Command().exitOverride();
    registerServe(program);
    await expect(program.parseAsync(['serve', '--port', '0', ...args], { from: 'user' })).rejects.toMatchObject({ exitCode: 2, failure: { code } });
  });
});

describe('lab export', () => {
  const run = (...args: string[]) => {
    const program = new Command().exitOverride();
    registerExport(program);
    return program.parseAsync(['export', ...args], { from: 'user' });
  };

  test('writes every sample with its time, and an end', async () => {
    const out = join(home, 'out.om');
    await run(bundle, '--out', out);
    expect(readFileSync(out, 'utf8')).toBe('ALERTS{alertname="Recorded"} 1 2\nup{instance="a:1",job="tikv"} 1 1\nup{instance="a:1",job="tikv"} 0 6\n# EOF\n');
  });

  test('says so when the place cannot be written', () => {
    return expect(run(bundle, '--out', join(home, 'none', 'out.om'))).rejects.toMatchObject({ exitCode: 4, failure: { code: 'LAB_EXPORT' } });
  });
});
