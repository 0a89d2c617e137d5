import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('whoever uses a command wrongly is told what to write instead', () => {
  const withoutAdvice = [/failed\('LAB_USAGE', (`[^`]*`|'[^']*')\)/, /code: 'LAB_USAGE', because: (`[^`]*`|'[^']*') \}/];
  const files = globSync('{src,harness}/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(500);
  const silent = files.flatMap((file) => readFileSync(`${root}${file}`, 'utf8').split('\n').flatMap((line, at) => (withoutAdvice.some((pattern) => pattern.test(line)) ? [`${file}:${at + 1}`] : [])));
  expect(silent).toEqual([]);
});
