import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missesOf, unexplained } from './table.ts';

const row = (kind: 'symptom' | 'message', what: string) => ({ kind, what, real: 'rises', twin: 'flat', agrees: false });

test('a miss is printed with its reason, and one without says so', () => {
  const printed = missesOf({ name: 'tikv-store-kill', rows: [row('symptom', 'fsync p99, others'), row('symptom', 'moon phase, cluster'), row('message', 'tikv, struck: Resolver initialized')] });
  expect(printed).toContain('shared one disk');
  expect(printed).toContain('resolved-ts');
  expect(printed.split('\n').find((line) => line.includes('moon phase'))).toContain(unexplained);
});

test('docs/fidelity.md leaves no miss without a reason', () => {
  const page = readFileSync(new URL('../../docs/fidelity.md', import.meta.url), 'utf8');
  expect(page).toContain('misses that nobody has explained: 0.');
  expect(page).not.toContain(`| ${unexplained} |`);
});
