import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabError } from '../../src/kernel/result.ts';
import { eachBundle } from './each-bundle.ts';
import { printedBy } from './printed.test-kit.ts';
import { registerReport } from './report.ts';
import { registerRescore } from './rescore.ts';

const sample = fileURLToPath(new URL('../../test/fixtures/first-bundle', import.meta.url));
let root: string;
let told: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-each-'));
  told = '';
  for (const name of ['a', 'b', 'c']) cpSync(sample, join(root, name), { recursive: true });
  writeFileSync(join(root, 'b', 'run.json'), '{"schema":');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (told += String(text)) !== '');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const all = (): string[] => ['a', 'b', 'c', 'nowhere'].map((name) => join(root, name));

describe.each([['rescore', registerRescore, 'PASS  recorded/pd-only'], ['report', registerReport, 'index.html']] as const)('%s over several bundles', (name, register, word) => {
  it('does all that it can and names those that are broken', async () => {
    const printed = await printedBy(register, [name, ...all()]);
    expect(printed.split('\n').filter((line) => line.includes(word))).toHaveLength(2);
    expect(told).toMatch(/^LAB_BUNDLE_BROKEN {2}.*\/b: .*run\.json is not whole JSON/m);
    expect(told).toMatch(/^LAB_NOT_A_BUNDLE {2}.*\/nowhere: /m);
    expect(told).toContain('! 2 of 4 bundles could not be taken');
    expect(readFileSync(join(root, 'c', 'index.html'), 'utf8')).toContain('control-plane-quorum-lost');
  });
});

it('a wrong answer outranks a broken bundle, a broken one outranks silence, and a bug is not hidden', () => {
  const work = (code: number) => (dir: string): number => {
    if (dir === 'broken') throw new LabError({ code: 'X', because: 'it is broken' }, 2);
    return code;
  };
  expect(eachBundle(['broken', 'fine'], work(1))).toBe(1);
  expect(eachBundle(['fine', 'broken'], work(0))).toBe(2);
  expect(eachBundle(['fine'], work(0))).toBe(0);
  expect(() => eachBundle(['fine'], () => { throw new TypeError('a bug'); })).toThrow('a bug');
});
