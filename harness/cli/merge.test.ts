import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Scenario } from '../scenario/schema.ts';
import { registerMerge } from './merge.ts';
import { outcomeOf, printedBy } from './printed.test-kit.ts';
import { planTrials, shardOf } from './suite/plan.ts';
import { suiteText } from './suite/text.ts';
import { databaseOf, fakeTrial } from './suite/trial.test-kit.ts';
import { shownPath } from './places.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-merge-'));
afterAll(() => rmSync(root, { recursive: true }));

const plan = planTrials(['tikv/a', 'tikv/b', 'tikv/c'].map((id) => ({ id, cluster: { kind: 'twin' } }) as Scenario), { trials: 5, seedFrom: 1 });
const planned = plan.map(({ scenario, seed }) => [scenario.id, seed] as const);
const trialOf = (scenario: string, seed: number) => fakeTrial(scenario, seed, scenario === 'tikv/b' && seed > 3 ? { verdict: 'FAIL' } : {});
const whole = suiteText(planned.map(([scenario, seed]) => trialOf(scenario, seed)), shownPath);

const part = (name: string, index: number, count: number): string =>
  databaseOf(join(root, name), shardOf(plan, { index, count }).map(({ scenario, seed }) => trialOf(scenario.id, seed)).reverse(), { planned, shard: `${index}/${count}` });

describe('the parts of a sharded suite', () => {
  it.each([1, 2, 3, 7])('give the table of one undisturbed run, in whatever order they are named: %i parts', async (count) => {
    const parts = Array.from({ length: count }, (_, index) => part(`${count}-${index + 1}.db`, index + 1, count)).reverse();
    const { text, exitCode } = await outcomeOf(registerMerge, ['merge', ...parts, '--into', join(root, `whole-${count}.db`)]);
    expect(text).toBe(whole);
    expect(exitCode).toBe(1);
  });

  it('that do not make the whole are named with what is missing; a wrong answer still outranks that', async () => {
    const { text, exitCode } = await outcomeOf(registerMerge, ['merge', part('m1.db', 1, 3), part('m3.db', 3, 3), '--into', join(root, 'missing.db')]);
    expect(text).toContain('! 5 of 15 trials are missing: parts 1/3, 3/3 are here');
    expect(exitCode).toBe(1);
    const right = (name: string, seeds: readonly number[]) => databaseOf(join(root, name), seeds.map((seed) => fakeTrial('tikv/a', seed)), { planned: [['tikv/a', 1], ['tikv/a', 2]] });
    expect((await outcomeOf(registerMerge, ['merge', right('r1.db', [1]), '--into', join(root, 'r.db')])).exitCode).toBe(3);
    expect((await outcomeOf(registerMerge, ['merge', right('r12.db', [1, 2]), '--into', join(root, 'rr.db')])).exitCode).toBe(0);
  });

  it('of different suites, and files that hold none, are refused', async () => {
    const stranger = databaseOf(join(root, 'stranger.db'), [fakeTrial('tikv/a', 1)], { key: 'other' });
    const into = ['--into', join(root, 'never.db')];
    await expect(printedBy(registerMerge, ['merge', part('s1.db', 1, 2), stranger, ...into])).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_DIFFERENT_SUITES' } });
    await expect(printedBy(registerMerge, ['merge', join(root, 'nowhere.db'), ...into])).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_NO_RESULTS' } });
    writeFileSync(join(root, 'letter.db'), 'dear database, this is no database at all, and it is long enough to be read as one');
    await expect(printedBy(registerMerge, ['merge', join(root, 'letter.db'), ...into])).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_RESULTS_BROKEN' } });
  });
});
