import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { readRuleFiles } from './rule-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'rule-files-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const good = file('good.yml', 'groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]');

test('rule files are read as they are, in the order in which they were named', () => {
  expect(orThrow(readRuleFiles([good, good])).map(({ text }) => text)).toEqual(Array(2).fill('groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]'));
});

test.each([
  [join(dir, 'none.yml'), 'cannot be read'],
  [file('broken.yml', 'groups: [{name: g, rules: [{alert: Down, expr: up ==}]}]'), 'unexpected end of input'],
])('%s ends it before anything starts: %s', (name, because) => {
  const read = readRuleFiles([good, name]);
  expect(read).toMatchObject({ ok: false, failure: { code: 'LAB_RULES' } });
  expect(read.ok ? '' : read.failure.because).toContain(because);
});
