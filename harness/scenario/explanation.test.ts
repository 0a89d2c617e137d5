import path from 'node:path';
import { expect, test } from 'vitest';
import { defined } from '../../src/kernel/assert.ts';
import { explain, shortSpan } from './explanation.ts';
import { explanationText } from './explanation-text.ts';
import { loadScenarioFile } from './loader.ts';
import { scenariosRoot } from './places.ts';
import type { Scenario } from './schema.ts';

const committed = (id: string): Scenario => defined(loadScenarioFile(path.join(scenariosRoot, `${id}.yaml`)).scenario, id);

test('an explanation gives each act its moment in virtual time', () => {
  const { timeline, totalMs } = explain(committed('tikv/region-imbalance'));
  expect(timeline.map((step) => `${step.atMs / 1000} ${step.what}`)).toEqual(['0 steady', '180 inject', '180 hold', '210 inject', '210 hold', '240 revert', '240 hold', '480 revert', '480 recover', '660 end']);
  expect(totalMs).toBe(660_000);
});

test('an explanation says whom the first seeds strike', () => {
  const [strike] = explain(committed('tikv/store-down')).strikes;
  expect(strike?.among).toEqual(['tikv-1', 'tikv-2', 'tikv-3']);
  expect(new Set(Object.values(strike?.bySeed ?? {}).flat())).toEqual(new Set(strike?.among));
});

test('an explanation for people has the truth and what rules the rest out, and ends by saying that nothing was started', () => {
  const text = explanationText(explain(committed('tikv/store-down')));
  expect(text).toContain('v3:00   inject   process-kill into one tikv drawn by the seed, as victim');
  expect(text).toContain('cause: victim process-crash');
  expect(text).toMatch(/victim planned-stop: /);
  expect(text).toContain('store-down on victim, within 45s of the injection');
  expect(text.trimEnd().split('\n').at(-1)).toBe('nothing was started');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(102);
});

test('a recording is explained by its own acts', () => {
  const recorded: Scenario = { ...committed('controls/healthy'), cluster: { kind: 'recorded', recording: 'store-kill' }, timeline: undefined };
  const { timeline, cluster } = explain(recorded, { script: { startMs: 1_000, injectMs: 26_000, revertMs: 86_000, endMs: 120_000 } });
  expect(timeline.map((step) => [step.atMs, step.what])).toEqual([[0, 'steady'], [25_000, 'inject'], [85_000, 'revert'], [119_000, 'end']]);
  expect(cluster.recording).toBe('store-kill');
});

test('spans are written as authors write them', () => {
  expect([500, 45_000, 60_000, 90_000, 3_600_000, 1_500].map(shortSpan)).toEqual(['500ms', '45s', '1m', '1m30s', '1h', '1500ms']);
});
