import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/kernel/result.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { planTrials, type PlannedTrial, shardNamed, shardOf, suiteKey } from './plan.ts';
import { WorkerPool } from './pool.ts';
import { firstDivergence } from './steps.ts';
import { ResultStore } from './store.ts';
import { performTrials, type Trial, unscored } from './trial.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-store-'));
afterAll(() => rmSync(root, { recursive: true }));

const scenario = (id: string, kind = 'twin') => ({ id, text: id, file: `${id}.yaml`, cluster: { kind } }) as Scenario;
const plan = planTrials([scenario('a'), scenario('b'), scenario('r', 'recorded')], { trials: 3, seedFrom: 1 });
const named = ({ scenario: { id }, seed }: PlannedTrial) => `${id}${seed}`;
const trial = (id: string, seed: number, change: Partial<Trial> = {}): Trial => ({ scenario: id, seed, state: 'scored', scorecard: unscored('x'), floors: [], ...change }) as unknown as Trial;
const who = { spec: 'rules', fingerprint: 'rules@1', labVersion: '1' };

describe('a plan', () => {
  it('repeats what is drawn by the seed, and a recording once', () => expect(plan.map(named)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'r1']));

  it('is the sum of its shards, and no trial is in two', () => {
    const parts = [1, 2, 3].map((index) => shardOf(plan, { index, count: 3 }).map(named));
    expect(parts.flat().toSorted()).toEqual(plan.map(named).toSorted());
    expect(parts.map((part) => part.length)).toEqual([3, 2, 2]);
    expect(shardNamed('2/3')).toEqual({ index: 2, count: 3 });
    for (const text of ['0/3', '4/3', '1', '1/2/3', 'x/y']) expect(() => shardNamed(text)).toThrow(LabError);
  });

  it('is another one for another agent, another seed, or another text of a scenario', () => {
    const keys = [suiteKey(plan, who), suiteKey(plan, { ...who, fingerprint: 'rules@2' }), suiteKey(plan.slice(1), who), suiteKey([{ scenario: { ...scenario('a'), text: 'changed' }, seed: 1 }, ...plan.slice(1)], who)];
    expect(new Set(keys).size).toBe(4);
    expect(suiteKey(plan, who)).toBe(keys[0]);
  });
});

describe('results', () => {
  it('come back in the order of the plan, each once, the last word of each', () => {
    using store = ResultStore.open(join(root, 'results.db'));
    const suite = store.begin({ key: 'k', shard: '1/1', planned: [['a', 1], ['a', 2], ['b', 1]] });
    for (const each of [trial('b', 1), trial('a', 2), trial('a', 1, { state: 'infra-error' }), trial('a', 1)]) store.save(suite, each);
    expect(store.trials(suite).map((each) => [each.scenario, each.seed, each.state])).toEqual([['a', 1, 'scored'], ['a', 2, 'scored'], ['b', 1, 'scored']]);
    expect(store.newest('k', '1/1')).toEqual(suite);
    expect([store.newest('k', '1/2'), store.newest('other', '1/1')]).toEqual([undefined, undefined]);
  });

  it('are not read out of a file that is something else', () => {
    const path = join(root, 'no.db');
    writeFileSync(path, 'this is no database, and it is long enough to be told from an empty file. '.repeat(20));
    expect(() => ResultStore.open(path)).toThrow('holds no results of this version');
  });
});

describe('trials side by side', () => {
  it('end in any order and come back in that of the plan; what is known is not performed again', async () => {
    const performed: string[] = [];
    const waits = new Map([['a1', 3], ['a2', 1], ['b1', 2]]);
    const trials = await performTrials({
      plan, concurrency: 3, signal: new AbortController().signal,
      known: (planned) => (named(planned) === 'a3' ? trial('a', 3) : undefined),
      run: async (planned) => {
        for (let turn = 0; turn < (waits.get(named(planned)) ?? 0); turn++) await Promise.resolve();
        return trial(planned.scenario.id, planned.seed);
      },
      onTrial: (each) => void performed.push(`${each.scenario}${each.seed}`),
    });
    expect(trials.map((each) => `${each.scenario}${each.seed}`)).toEqual(plan.map(named));
    expect(performed).not.toContain('a3');
    expect(performed.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'r1']);
    expect(performed[0]).toBe('a2');
  });

  it('a process that dies takes its own trial with it and no other', async () => {
    const program = join(root, 'worker.mjs');
    writeFileSync(program, "process.on('disconnect', () => process.exit(1)); process.on('message', ({ seed, file }) => (seed === 2 ? process.kill(process.pid, 'SIGKILL') : seed === 3 ? process.exit(7) : process.send({ trial: { scenario: file, seed, state: 'scored' } })));");
    const signal = new AbortController().signal;
    using pool = new WorkerPool({ program, signal, replace: false, askedIn: () => ({ spec: 'rules', name: 'rules', fingerprint: 'f' }), fileOf: ({ scenario: { id } }) => id, dirFor: () => root });
    const trials = await performTrials({ plan, concurrency: 2, signal, run: pool.run, onTrial: () => {} });
    expect(trials.map((each) => each.state)).toEqual(['scored', 'infra-error', 'infra-error', 'scored', 'infra-error', 'infra-error', 'scored']);
    expect([trials[1]?.scorecard.because, trials[2]?.scorecard.because]).toEqual(['the process of this trial was lost: it was ended by SIGKILL', 'the process of this trial was lost: it ended with exit code 7']);
  });
});

it('a worker that has grown too large performs no other trial', async () => {
  const program = join(root, 'growing.mjs');
  writeFileSync(program, "let n = 0; process.on('disconnect', () => process.exit(1)); process.on('message', ({ seed, file }) => process.send({ trial: { scenario: file, seed: ++n, state: 'scored' }, residentBytes: seed === 2 ? 2e9 : 1e8 }));");
  const signal = new AbortController().signal;
  using pool = new WorkerPool({ program, signal, replace: false, askedIn: () => ({ spec: 'rules', name: 'rules', fingerprint: 'f' }), fileOf: ({ scenario: { id } }) => id, dirFor: () => root });
  const trials = await performTrials({ plan: plan.slice(0, 3), concurrency: 1, signal, run: pool.run, onTrial: () => {} });
  expect(trials.map(({ seed }) => seed)).toEqual([1, 2, 1]);
});

it('two ways of asking part at the first question that differs', () => {
  expect(firstDivergence(['a', 'b'], ['a', 'b'])).toBeNull();
  expect(firstDivergence(['a', 'b'], ['a', 'c'])).toEqual({ step: 2, before: 'b', now: 'c' });
  expect(firstDivergence(['a'], ['a', 'c'])).toEqual({ step: 2, before: null, now: 'c' });
});
