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

describe('a number in a flag', () => {
  it('must be whole and large enough', () => {
    expect(wholeNumber('--trials', '20', 1)).toBe(20);
    for (const text of ['0', '-1', '1.5', 'x', '']) expect(failureOf(() => wholeNumber('--trials', text, 1)).exitCode).toBe(2);
  });
});
