import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpress } from './compression.ts';
import { importRecording } from './import-recording.ts';
import { startMs, writeRawRecording } from './raw-recording.test-kit.ts';

describe('lab import', () => {
  const home = mkdtempSync(join(tmpdir(), 'lab-import-'));
  const [raw, out] = [join(home, 'tikv-tiny'), join(home, 'tiny')];
  const readOut = (name: string): string => (name.endsWith('.br') ? unpress(readFileSync(join(out, name))) : readFileSync(join(out, name), 'utf8'));

  beforeAll(async () => {
    writeRawRecording(raw);
    const imported = await importRecording(raw, out, { quality: 1, untilMs: 80_000 });
    expect(imported).toMatchObject({ ok: true });
  });
  afterAll(() => rmSync(home, { recursive: true }));

  test('keeps what an operator may see, and nothing of the answer or the clients', () => {
    const all = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = all.map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1)).sort();
    expect(names).toEqual(['incident/control.jsonl.br', 'incident/inventory.json', 'incident/logs/pd-1.log.br', 'incident/metrics.jsonl.br', 'script.json']);
    const texts = names.map(readOut).join('');
    expect(texts).not.toContain('secret');
    expect(texts).not.toMatch(/struck|leader|crash|answer/);
  });

  test('writes the answers in order of time, without the recorder\'s own rows and half documents', () => {
    expect(readOut('incident/control.jsonl.br').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([
      { t: startMs + 10, node: 'pd', request: 'GET /pd/api/v1/version', status: 200, tookMs: 2, body: { version: 'v8.5.5' } },
      { t: startMs + 30, node: 'pd', request: 'GET /pd/api/v1/stores', status: 200, tookMs: 2, body: { count: 1, stores: [] } },
      { t: startMs + 50, node: 'pd-1', request: 'GET /pd/api/v1/ping', tookMs: 1, error: 'URLError: [Errno 111] Connection refused' },
      { t: startMs + 55, node: 'pd-1', request: 'GET /pd/api/v1/stores', status: 200, tookMs: 1 },
    ]);
  });

  test('keeps no sample from after the end that it was told', () => {
    const [header, ...series] = readOut('incident/metrics.jsonl.br').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(header).toMatchObject({ endMs: startMs + 80_000, series: 2, targets: [{ timesMs: [startMs, startMs + 40_000] }] });
    expect(series).toEqual([{ n: 'up', l: {}, t: 0, i: 0, j: 1, k: 1 }, { n: 'grows', l: {}, t: 0, i: 0, v: [1, 2] }]);
  });

  test('merges what one process wrote to its log and to standard error', () => {
    expect(readOut('incident/logs/pd-1.log.br').match(/\[(one|two|three)\]|of two lines/g)).toEqual(['[one]', '[two]', '[three]', 'of two lines']);
  });

  test('lists who is deployed, and keeps the acts apart', () => {
    expect(JSON.parse(readOut('incident/inventory.json'))).toEqual([{ node: 'pd-1', role: 'pd', host: '10.0.0.1' }, { node: 'tikv-1', role: 'tikv', host: '10.0.0.2' }]);
    expect(JSON.parse(readOut('script.json'))).toEqual({
      schema: 'lab.recording/v1', subject: 'tikv', startMs, endMs: startMs + 80_000, injectMs: startMs + 45, revertMs: startMs + 70_000, source: 'tikv-tiny',
    });
  });

  test('does not write over an earlier import unless it is told to', async () => {
    await expect(importRecording(raw, out, { quality: 1 })).resolves.toMatchObject({ ok: false, failure: { code: 'LAB_IMPORT_EXISTS' } });
    await expect(importRecording(raw, out, { quality: 1, untilMs: 80_000, force: true })).resolves.toMatchObject({ ok: true });
  });

  test('says what is missing in a folder that is no recording', async () => {
    await expect(importRecording(home, join(home, 'x'))).resolves.toMatchObject({ ok: false, failure: { code: 'LAB_NOT_A_RECORDING', because: expect.stringContaining('meta.json') as string } });
  });
});
