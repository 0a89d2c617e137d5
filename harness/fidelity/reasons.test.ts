import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reasonFor, reasons } from './reasons.ts';
import { missesOf, unexplained } from './table.ts';
import { isTold } from './told.ts';

const row = (kind: 'symptom' | 'message', what: string) => ({ kind, what, real: 'rises', twin: 'flat', agrees: false });

test('a miss is printed with its reason, and one without says so', () => {
  const printed = missesOf({ name: 'tikv-store-kill', rows: [row('symptom', 'fsync p99, others'), row('symptom', 'moon phase, cluster'), row('message', 'tikv, struck: the max gap of follower safe-ts is large')] });
  expect(printed).toContain('lay in the memory of one machine');
  expect(printed).toContain('whose turn was when');
  expect(printed.split('\n').find((line) => line.includes('moon phase'))).toContain(unexplained);
});

test('docs/fidelity.md leaves no miss without a reason', () => {
  const page = readFileSync(new URL('../../docs/fidelity.md', import.meta.url), 'utf8');
  expect(page).toContain('misses that nobody has explained: 0.');
  expect(page).not.toContain(`| ${unexplained} |`);
});

test('a recording has no reason that explains whatever differs in it', () => {
  for (const kind of ['symptom', 'order', 'time', 'magnitude', 'alert', 'state', 'message'] as const)
    for (const recording of ['tikv-hot-read', 'tikv-hot-write', 'tikv-write-overload']) expect(reasonFor(recording, { kind, what: 'moon phase', real: 'full', twin: 'never' }), kind).toBeUndefined();
});

test('what only the real machine can show explains nothing that only the twin shows', () => {
  const slow = { kind: 'symptom', what: 'fsync p99, others' } as const;
  expect(reasonFor('tikv-store-kill', { ...slow, real: 'rises', twin: 'flat' })).toBeDefined();
  expect(reasonFor('tikv-store-kill', { ...slow, real: 'flat', twin: 'rises' })).toBeUndefined();
});

const rulesDir = new URL('../../src/diagnosis/rules/', import.meta.url);
/** A text with which the rules search logs: the first argument of a search, or what a mark or a stop is found by. */
const searched = /(?:logLines|logMentions|logHolding|noteWriters)\((?:[^()]*, )?'([^']+)'|(?:contains|message): '([^']+)'|\['(?:tikv|pd)', '([^']+)'\]|refusedCertificate\('([^']+)'\)/g;

function searchedIn(folder: string): string[] {
  const files = readdirSync(new URL(folder, rulesDir)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return files.flatMap((name) => [...readFileSync(new URL(folder + name, rulesDir), 'utf8').matchAll(searched)].map(([, ...found]) => found.find((text) => text !== undefined) ?? ''));
}

test('a message that a rule reads is explained by no general reason', () => {
  const texts = [...searchedIn('probes/'), ...searchedIn('second-looks/')];
  expect(texts.length).toBeGreaterThan(30);
  for (const text of texts) expect(isTold(text.replace(/\d+/g, 'N')), text).toBe(true);
  for (const text of texts) for (const role of ['pd: ', 'tikv: ']) expect(reasons.filter((reason) => reason.kinds.includes('message') && reason.ofTold !== true && reasonFor('tikv-baseline', { kind: 'message', what: role + text, real: '+1 s', twin: 'never' }) === reason), text).toEqual([]);
});
