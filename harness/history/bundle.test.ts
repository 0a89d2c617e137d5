import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from './bundle.ts';
import { readBundle } from './bundle-reader.ts';
import { BundleWriter } from './bundle-writer.ts';
import { filesBelow, isAsSealed } from './digest.ts';
import { HistoryRecorder } from './recorder.ts';

const run: Run = {
  schema: 'lab.run/v1', labVersion: '0', seed: 1, cluster: 'twin', state: 'running', because: 'not ended', startMs: 0, endMs: 0, digest: '', scorecard: null,
  scenario: { id: 'tikv/x', title: 'x', subject: 'tikv', file: 'x.yaml', text: '', story: '', tags: [] }, diagnostician: { name: 'rules', fingerprint: 'rules/1' },
};

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'run');
});

function written(to: string, thought = 'hm'): Run {
  const writer = BundleWriter.begin(to, run);
  const recorder = new HistoryRecorder({ now: () => 5 }, (event) => writer.addEvent(event));
  recorder.record({ kind: 'phase', phase: 'steady', detail: '3m' });
  writer.addTranscript({ kind: 'thought', text: thought });
  writer.saveIncident(new Map([['logs/tikv-1.log.br', Buffer.from('x')]]));
  return writer.finish({ state: 'scored' });
}

describe('history: a bundle', () => {
  it('can be read from its first moment on', () => {
    BundleWriter.begin(dir, run);
    expect(readBundle(dir)).toMatchObject({ ok: true, value: { run: { state: 'running' }, history: [], answer: null } });
  });

  it('reads back what was written, in order', () => {
    const sealed = written(dir);
    expect(readBundle(dir)).toMatchObject({ ok: true, value: { run: sealed, history: [{ seq: 0, atMs: 5, kind: 'phase' }], transcript: [{ kind: 'thought', text: 'hm' }] } });
  });

  it('loses only the line that a kill tore', () => {
    written(dir);
    appendFileSync(join(dir, 'history.jsonl'), '{"kind":"phase","se');
    expect(readBundle(dir)).toMatchObject({ ok: true, value: { history: [{ seq: 0 }] } });
  });

  it('has the same digest for the same content wherever it lies, and another one for any other byte', () => {
    expect(written(dir).digest).toBe(written(`${dir}-2`).digest);
    expect(written(`${dir}-3`, 'else').digest).not.toBe(written(`${dir}-4`).digest);
  });

  it('is known to have been changed after it was sealed', () => {
    const sealed = written(dir);
    expect(isAsSealed(dir, sealed)).toBe(true);
    writeFileSync(join(dir, 'index.html'), 'pages may be rendered again');
    expect(isAsSealed(dir, sealed)).toBe(true);
    rmSync(join(dir, 'incident/logs/tikv-1.log.br'));
    expect(isAsSealed(dir, sealed)).toBe(false);
    expect(isAsSealed(dir, { ...sealed, digest: '' })).toBe(true);
  });

  it('says what is broken about a damaged file', () => {
    written(dir);
    writeFileSync(join(dir, 'run.json'), '{"schema":"lab.run/v1"}');
    expect(readBundle(dir)).toMatchObject({ ok: false, failure: { code: 'LAB_BUNDLE_BROKEN', because: expect.stringContaining('run.json') } });
  });

  it.each([
    ['signals.json', '[{"id":"x"'],
    ['signals.json', '{}'],
    ['answer.json', ''],
    ['history.jsonl', '{"kind":"ph\n{"kind":"phase"}\n'],
    ['transcript.jsonl', 'torn\n{"kind":"thought","text":"hm"}\n'],
    ['transcript.jsonl', '7\n'],
  ])('names %s when it is damaged, and throws nothing', (file, text) => {
    written(dir);
    writeFileSync(join(dir, file), text);
    expect(readBundle(dir)).toMatchObject({ ok: false, failure: { code: 'LAB_BUNDLE_BROKEN', because: expect.stringContaining(file), advice: expect.any(String) } });
  });

  it('does not go where a file is, or where the system makes no folder: usage and infrastructure, never a bug', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'home-')), 'file');
    writeFileSync(file, '');
    expect(() => BundleWriter.begin(file, run)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => BundleWriter.begin(join(file, 'run'), run)).toThrow(expect.objectContaining({ exitCode: 4, failure: expect.objectContaining({ code: 'LAB_DISK' }) }));
    expect(() => BundleWriter.begin(join(dir, 'x'.repeat(300)), run)).toThrow(expect.objectContaining({ exitCode: 4 }));
  });

  it.skipIf(!existsSync('/proc/self'))('returns from places that pretend not to be there', () => {
    expect(() => BundleWriter.begin('/proc/nowhere', run)).toThrow(expect.objectContaining({ exitCode: 4 }));
  });

  it('replaces an older bundle and nothing else', () => {
    written(dir, 'old');
    written(dir, 'new');
    expect(readFileSync(join(dir, 'transcript.jsonl'), 'utf8')).not.toContain('old');
    const other = mkdtempSync(join(tmpdir(), 'home-'));
    writeFileSync(join(other, 'thesis.txt'), 'years of work');
    expect(() => BundleWriter.begin(other, run)).toThrow('holds other files');
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });

  it('leaves no drafts behind', () => {
    written(dir);
    expect(filesBelow(dir)).toEqual(['history.jsonl', 'incident/logs/tikv-1.log.br', 'run.json', 'transcript.jsonl']);
  });
});
