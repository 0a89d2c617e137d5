import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/kernel/result.ts';
import { chosenScenarios, wholeNumber } from './flags.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-choice-'));
const real = new URL('../../../scenarios/tikv/store-down.yaml', import.meta.url);

beforeAll(() => {
  mkdirSync(join(root, 'good'));
  copyFileSync(real, join(root, 'good', 'store-down.yaml'));
  mkdirSync(join(root, 'bad'));
  writeFileSync(join(root, 'bad', 'half-written.yaml'), 'scenario: half-written\ntags: [availability');
});
afterAll(() => rmSync(root, { recursive: true }));

const failureOf = (choose: () => unknown): LabError => {
  try {
    choose();
  } catch (error) {
    if (error instanceof LabError) return error;
  }
  throw new Error('it should have ended the command');
};

describe('the choice of scenarios', () => {
  it('takes part of a name or a tag, and is not stopped by a broken file that was not asked for', () => {
    expect(chosenScenarios('store', root).map((scenario) => scenario.scenario)).toEqual(['store-down']);
    expect(chosenScenarios('availability', root)).toHaveLength(1);
  });

  it('ends with exit 2 when a chosen file is broken or nothing is chosen', () => {
    expect(failureOf(() => chosenScenarios(undefined, root))).toMatchObject({ exitCode: 2, failure: { code: 'LAB_SCENARIO_INVALID' } });
    expect(failureOf(() => chosenScenarios('nosuch', root))).toMatchObject({ exitCode: 2, failure: { code: 'LAB_UNKNOWN_SCENARIO' } });
  });
});

describe('the choice among scenarios that list several kinds of cluster', () => {
  const kinds = mkdtempSync(join(tmpdir(), 'lab-kinds-'));
  afterAll(() => rmSync(kinds, { recursive: true }));
  const write = (name: string, cluster: string, rest: string): void => writeFileSync(join(kinds, `${name}.yaml`), `scenario: ${name}\ntitle: T\nstory: S.\nsubject: tikv\ncluster: ${cluster}\n${rest}`);
  const timeline = 'timeline:\n  - steady: 1m\n  - inject: { fault: process-kill, into: { role: tikv }, as: victim }\n  - hold: 1m\n  - revert: victim\n  - recover: 1m\n';
  const truth = (component: string): string => `truth: { verdict: fault, causes: [{ component: ${component}, kind: process-crash }] }\n`;
  const process = '{ kind: process, nodes: { pd: 1, tikv: 3 } }';

  it('takes the kind that costs no wall time, and no recording twice', () => {
    write('live-kill', `[${process}, { kind: recorded, recording: store-kill, struck: { victim: tikv-2 } }]`, timeline + truth('victim'));
    write('real-only', process, timeline + truth('victim'));
    expect(chosenScenarios('live-kill', kinds).map((scenario) => scenario.cluster.kind)).toEqual(['recorded']);
    write('own-kill', '{ kind: recorded, recording: store-kill }', truth('tikv-2'));
    expect(chosenScenarios(undefined, kinds).map((scenario) => scenario.scenario)).toEqual(['own-kill']);
  });

  it('says so where only real clusters would do', () => {
    expect(failureOf(() => chosenScenarios('real-only', kinds))).toMatchObject({ exitCode: 2, failure: { code: 'LAB_NEEDS_REAL_CLUSTER' } });
  });
});

describe('a number in a flag', () => {
  it('must be whole and large enough', () => {
    expect(wholeNumber('--trials', '20', 1)).toBe(20);
    for (const text of ['0', '-1', '1.5', 'x', '']) expect(failureOf(() => wholeNumber('--trials', text, 1)).exitCode).toBe(2);
  });
});
