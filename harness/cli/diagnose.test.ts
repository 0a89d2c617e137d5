import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnosisSchema } from '../../src/diagnosis/contract.ts';
import { unpress } from '../clusters/recorded/compression.ts';
import { recordingsFolder } from '../clusters/recorded/kind.ts';
import { openAnything } from '../clusters/recorded/open-anything.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { registerDiagnose } from './diagnose.ts';
import { printedBy } from './printed.test-kit.ts';

/** Makes a raw recording of a committed one: the same texts, as gzip, with files around them that must stay closed. */
function writeRaw(name: string, to: string, more: { readonly leaveOut?: readonly string[] } = {}): void {
  const from = join(recordingsFolder, name, 'incident');
  mkdirSync(join(to, 'logs'), { recursive: true });
  const put = (file: string, text: string) => writeFileSync(join(to, file), gzipSync(text));
  for (const file of ['metrics.jsonl', 'metadata.json', 'control.jsonl']) put(`${file}.gz`, unpress(readFileSync(join(from, `${file}.br`))));
  for (const { node } of JSON.parse(readFileSync(join(from, 'inventory.json'), 'utf8')) as { node: string }[]) {
    const log = join(from, `logs/${node}.log.br`);
    if (existsSync(log) && !more.leaveOut?.includes(node)) put(`logs/${node}.log.gz`, unpress(readFileSync(log)));
  }
  put('logs/client.log.gz', '[2026/11/23 20:55:59.200 +00:00] [WARN] [c.go:1] [secret]\n');
  for (const closed of ['meta.json', 'digest.md', 'client.jsonl.gz']) {
    writeFileSync(join(to, closed), 'not JSON, not gzip: whoever reads this breaks');
    chmodSync(join(to, closed), 0o000);
  }
}

describe('lab diagnose', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-diagnose-'));
  const raw = join(home, 'raw');
  beforeAll(() => writeRaw('store-kill', raw));
  afterAll(() => rmSync(home, { recursive: true }));

  const run = (...args: string[]): Promise<string> => printedBy(registerDiagnose, ['diagnose', ...args]);

  test('explains a raw recording without a look at its answer, and prints the contract', async () => {
    const { diagnosis } = JSON.parse(await run('--recording', raw, '--json'));
    expect(diagnosisSchema.parse(diagnosis)).toMatchObject({ verdict: 'fault', rootCauses: [{ component: 'tikv-2', kind: 'process-crash' }] });
  });

  test('says the same of the raw recording and of its import', async () => {
    expect(JSON.parse(await run('--recording', join(recordingsFolder, 'store-kill'), '--json'))).toEqual(JSON.parse(await run('--recording', raw, '--json')));
  });

  test('says healthy where nothing is wrong', async () => {
    expect(JSON.parse(await run('--recording', join(recordingsFolder, 'baseline'), '--json'))).toMatchObject({ diagnosis: { verdict: 'healthy', rootCauses: [] } });
  });

  test('looks when it is told to: before the store died all was well', async () => {
    expect(JSON.parse(await run('--recording', raw, '--at', '30s', '--json'))).toMatchObject({ diagnosis: { verdict: 'healthy' } });
  });

  test('prints causes with their evidence, and a page without a score that can be diagnosed again', { timeout: 20_000 }, async () => {
    const out = join(home, 'page');
    const text = await run('--recording', raw, '--out', out);
    expect(text).toMatch(/^tikv-2 process-crash {3}confidence/);
    expect(text).toMatch(/E1 .*\[O\d+\//);
    const bundle = readBundle(out);
    expect(bundle).toMatchObject({ ok: true, value: { run: { state: 'diagnosed', scorecard: null }, answer: null } });
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain('diagnosed and not scored');
    expect(JSON.parse(await run('--bundle', out, '--json'))).toMatchObject({ diagnosis: { rootCauses: [{ component: 'tikv-2', kind: 'process-crash' }] } });
  });

  test.each([
    ['no incident', [], 'LAB_USAGE'],
    ['two incidents', ['--recording', raw, '--bundle', raw], 'LAB_USAGE'],
    ['a folder that holds neither', ['--recording', home], 'LAB_NOT_A_RECORDING'],
    ['a moment after the end', ['--recording', raw, '--at', '2h'], 'LAB_USAGE'],
    ['a moment that is none', ['--recording', raw, '--at', 'soon'], 'LAB_USAGE'],
  ])('refuses %s with exit code 2', async (_, flags, code) => {
    await expect(run(...flags)).rejects.toMatchObject({ exitCode: 2, failure: { code } });
  });

  test('names the stores also where one of them wrote no log', () => {
    const quiet = join(home, 'quiet');
    writeRaw('store-kill', quiet, { leaveOut: ['tikv-1'] });
    const opened = openAnything(quiet);
    expect(opened.ok && opened.value.replay().ports.inventory.map(({ node, host }) => `${node} ${host}`)).toEqual([
      'pd-1 10.77.0.11', 'pd-2 10.77.0.12', 'pd-3 10.77.0.13', 'tikv-1 10.77.0.21', 'tikv-2 10.77.0.22', 'tikv-3 10.77.0.23',
    ]);
  });

  test('a recording cut in half is a named failure, not a crash', async () => {
    const torn = join(home, 'torn');
    cpSync(raw, torn, { recursive: true, filter: (path) => !/meta\.json|digest|client\.jsonl/.test(path) });
    writeFileSync(join(torn, 'metrics.jsonl.gz'), readFileSync(join(raw, 'metrics.jsonl.gz')).subarray(0, 1000));
    await expect(run('--recording', torn, '--json')).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NOT_A_RECORDING' } });
  });
});
