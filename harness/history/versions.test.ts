import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { renderRun } from '../reporting/page.ts';
import { score } from '../scoring/scorecard.ts';
import { readBundle } from './bundle-reader.ts';
import { upgraded } from './versions.ts';

const first = fileURLToPath(new URL('../../test/fixtures/first-bundle', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'lab-versions-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const withSchema = (file: string, schema: string): string => {
  const dir = join(scratch, schema.replace('/', '-'));
  cpSync(first, dir, { recursive: true });
  const document = JSON.parse(readFileSync(join(dir, file), 'utf8')) as object;
  writeFileSync(join(dir, file), JSON.stringify({ ...document, schema }));
  return dir;
};

describe('a bundle of the first lab', () => {
  it('is read, judged as it was then, and shown', () => {
    const read = readBundle(first);
    expect(read).toMatchObject({ ok: true, value: { run: { state: 'scored', labVersion: '0.1.0' } } });
    if (!read.ok) return;
    const card = score(read.value);
    expect(card).toMatchObject({ verdict: 'PASS', score: read.value.run.scorecard?.score, said: read.value.run.scorecard?.said });
    expect(renderRun({ ...read.value, run: { ...read.value.run, scorecard: card } })).toContain('control-plane-quorum-lost');
  });
});

describe('a bundle of a newer lab', () => {
  it.each([['run.json', 'lab.run/v2'], ['answer.json', 'lab.answer/v7']])('is refused with a sentence: %s of %s', (file, schema) => {
    expect(readBundle(withSchema(file, schema))).toMatchObject({ ok: false, failure: { code: 'LAB_BUNDLE_NEWER', because: expect.stringMatching(new RegExp(`${file} cannot be read: it is ${schema}, written by a newer lab; this one reads up to`)), advice: 'Update the lab.' } });
  });
});

describe('older versions of a document', () => {
  const versioned = { name: 'lab.thing', current: 3, steps: { 1: ({ old, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, fresh: old }), 2: (older: Readonly<Record<string, unknown>>) => ({ ...older, added: [] }) } };

  it('go through every step up to the present one', () => {
    expect(upgraded({ schema: 'lab.thing/v1', old: 5 }, versioned)).toEqual({ ok: true, value: { schema: 'lab.thing/v3', fresh: 5, added: [] } });
    expect(upgraded({ schema: 'lab.thing/v2', fresh: 5 }, versioned)).toEqual({ ok: true, value: { schema: 'lab.thing/v3', fresh: 5, added: [] } });
    expect(upgraded({ schema: 'lab.thing/v3', fresh: 5 }, versioned)).toEqual({ ok: true, value: { schema: 'lab.thing/v3', fresh: 5 } });
  });

  it('that never were, or no version at all, are left to the schema to refuse', () => {
    expect(upgraded({ schema: 'lab.thing/v0' }, versioned)).toMatchObject({ ok: false, failure: { code: 'LAB_BUNDLE_BROKEN' } });
    for (const odd of [null, 5, [], {}, { schema: 'lab.other/v1' }, { schema: 'lab.thing/vx' }]) expect(upgraded(odd, versioned)).toEqual({ ok: true, value: odd });
  });
});
