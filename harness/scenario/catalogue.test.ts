import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findScenario, listScenarios } from './loader.ts';

const text = (name: string): string => `scenario: ${name}
title: Small
story: Nothing happens.
subject: tikv
cluster: { kind: twin }
timeline: [{ steady: 1m }]
truth: { verdict: healthy }
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'lab-catalogue-'));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  return root;
}

const root = folderWith({
  'tikv/store-down.yaml': text('store-down'),
  'tikv/disk-slow.yaml': text('disk-slow'),
  'recorded/disk-slow.yaml': text('disk-slow'),
  'recorded/README.md': 'not a scenario',
  'controls/broken.yaml': text('broken').replace('healthy', 'helthy'),
});

test('scenarios are listed by their place, and nothing else is', () => {
  expect(listScenarios(root).map((entry) => entry.id)).toEqual(['controls/broken', 'recorded/disk-slow', 'tikv/disk-slow', 'tikv/store-down']);
  expect(listScenarios(path.join(root, 'absent'))).toEqual([]);
});

test('a scenario is found by its id, and by its name where no other has it', () => {
  expect(findScenario('tikv/disk-slow', { root })).toMatchObject({ ok: true, value: { scenario: 'disk-slow' } });
  expect(findScenario('store-down', { root })).toMatchObject({ ok: true, value: { scenario: 'store-down' } });
  expect(findScenario('scenarios/tikv/disk-slow.yaml', { root })).toMatchObject({ ok: true, value: { scenario: 'disk-slow' } });
});

test('a name that two scenarios share is refused, and both are named', () => {
  expect(findScenario('disk-slow', { root })).toEqual({
    ok: false,
    failure: { code: 'LAB_AMBIGUOUS_SCENARIO', because: '"disk-slow" is the name of 2 scenarios', advice: 'say which: recorded/disk-slow, tikv/disk-slow' },
  });
});

test('a mistyped name is answered with the nearest one', () => {
  expect(findScenario('stoer-down', { root })).toMatchObject({ failure: { code: 'LAB_UNKNOWN_SCENARIO', advice: 'did you mean tikv/store-down? lab list names them all' } });
  expect(findScenario('tikv/stor-down', { root })).toMatchObject({ failure: { advice: 'did you mean tikv/store-down? lab list names them all' } });
  expect(findScenario('completely-different', { root })).toMatchObject({ failure: { advice: 'lab list names them all' } });
});

test('a broken scenario is refused with the place of its mistake', () => {
  const found = findScenario('broken', { root });
  expect(found).toMatchObject({ ok: false, failure: { code: 'LAB_SCENARIO_INVALID' } });
  expect(found.ok ? '' : found.failure.because).toMatch(/broken\.yaml:7:19 {2}error {2}unknown truth\.verdict "helthy"/);
});
