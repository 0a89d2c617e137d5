import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { registerCompare } from './compare.ts';
import { outcomeOf } from './printed.test-kit.ts';
import { forBaseline, writeBaseline } from './regress/baseline.ts';
import type { Trial } from './suite/trial.ts';
import { databaseOf, fakeTrial } from './suite/trial.test-kit.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-compare-'));
afterAll(() => rmSync(root, { recursive: true }));

const sample = fileURLToPath(new URL('../../test/fixtures/first-bundle', import.meta.url));
const seeds = (scenario: string, count: number, change: (seed: number) => Parameters<typeof fakeTrial>[2] = () => ({})): Trial[] => Array.from({ length: count }, (_, index) => fakeTrial(scenario, index + 1, change(index + 1)));
const db = (name: string, trials: readonly Trial[]): string => databaseOf(join(root, name), trials);
const compared = (before: string, now: string) => outcomeOf(registerCompare, ['compare', before, now]);

describe('two result sets', () => {
  it('of the same scenarios: a loss is told down to the criterion and the first question that differs', async () => {
    const { text, exitCode } = await compared(db('a.db', seeds('tikv/a', 10)), db('b.db', seeds('tikv/a', 10, (seed) => (seed > 1 ? { verdict: 'FAIL' } : {}))));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^REGRESSION tikv\/a {2}1\/10 /m);
    expect(text).toContain('  changed   verdict 10 → 0 in 9 runs');
    expect(text).toContain('  diverged  step 2: baseline query up, now query down');
  });

  it('a gain is no regression, and neither is the very same', async () => {
    expect((await compared(db('c.db', seeds('tikv/a', 10, () => ({ verdict: 'FAIL' }))), db('d.db', seeds('tikv/a', 10)))).exitCode).toBe(0);
    expect((await compared(join(root, 'd.db'), join(root, 'd.db'))).text).toMatch(/^OK {2}no worse than the baseline/);
  });

  it('of different scenarios are compared where they meet, and the rest is counted', async () => {
    const before = db('e.db', [...seeds('tikv/a', 10), ...seeds('tikv/b', 4)]);
    const now = db('f.db', [...seeds('tikv/a', 10), ...seeds('tikv/c', 3)]);
    expect((await compared(before, now)).text).toMatch(/^pairs {5}10 compared, 0 not judged, 3 unknown to the baseline, 4 of the baseline not repeated/m);
  });

  it('with trials that are missing or could not be judged say how many, and infrastructure makes exit 4', async () => {
    const before = db('g.db', seeds('tikv/a', 10));
    expect((await compared(before, db('h.db', seeds('tikv/a', 6)))).text).toContain('pairs     6 compared, 0 not judged, 0 unknown to the baseline, 4 of the baseline not repeated');
    const { text, exitCode } = await compared(before, db('i.db', seeds('tikv/a', 10, (seed) => (seed === 1 ? { state: 'infra-error' } : {}))));
    expect(text).toContain('9 compared, 1 not judged (infra-error 1)');
    expect(exitCode).toBe(4);
  });

  it('that have nothing in common, or are not there, are refused', async () => {
    await expect(compared(db('j.db', seeds('tikv/a', 3)), db('k.db', seeds('tikv/b', 3)))).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NOTHING_IN_COMMON' } });
    await expect(compared(join(root, 'j.db'), join(root, 'nowhere'))).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NO_RESULTS' } });
    await expect(compared(join(root, 'j.db'), db('empty.db', []))).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NO_RESULTS', because: expect.stringContaining('holds no trial') } });
  });

  it('may be a database and a baseline', async () => {
    const path = join(root, 'baseline.json');
    const trials = seeds('tikv/a', 10);
    writeBaseline(path, { schema: 'lab.baseline/v1', diagnostician: { spec: 'rules', name: 'rules', fingerprint: 'rules@1' }, labVersion: '0.1.0', reason: 'r', trials: trials.map(forBaseline) });
    expect(await compared(path, db('l.db', trials))).toMatchObject({ exitCode: 0, text: expect.stringContaining('10 compared') });
  });
});

it('two bundles are told criterion by criterion', async () => {
  cpSync(sample, join(root, 'one'), { recursive: true });
  const { text, exitCode } = await compared(join(root, 'one'), sample);
  expect(exitCode).toBe(0);
  expect(text.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^before {4}PASS {2}[\d.]+ {2}said pd control-plane-quorum-lost$/), expect.stringMatching(/^now {7}PASS/), expect.stringMatching(/^truth {5}pd control-plane-quorum-lost/),
    'changed   no criterion', 'diverged  nowhere: the same questions', 'incident  the same, byte for byte', '',
  ]);
});
