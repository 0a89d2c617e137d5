import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundlesBelow } from './report.ts';

const dir = mkdtempSync(join(tmpdir(), 'lab-bundles-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
for (const name of ['1-old', '2-middle', '3-new', '4-no-bundle']) mkdirSync(join(dir, name));
for (const name of ['1-old', '2-middle', '3-new']) writeFileSync(join(dir, name, 'run.json'), '{}');

describe('the bundles below a folder', () => {
  test('are those with a run.json, oldest first', () => {
    expect(bundlesBelow(dir).map((each) => basename(each))).toEqual(['1-old', '2-middle', '3-new']);
  });

  test('are the newest ones where a limit is given, and none where there is no folder', () => {
    expect(bundlesBelow(dir, 2).map((each) => basename(each))).toEqual(['2-middle', '3-new']);
    expect(bundlesBelow(join(dir, 'nowhere'))).toEqual([]);
  });
});
