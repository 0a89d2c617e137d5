import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findEntry, findScenario, listScenarios } from './loader.ts';

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
  'recorded/pd-kill.yaml': text('pd-kill'),
  'etcd/store-down.yaml': text('store-down'),
  'recorded/README.md': 'not a scenario',
  'controls/broken.yaml': text('broken').replace('healthy', 'helthy'),
});

test('scenarios are listed by their place, and nothing else is', () => {
  expect(listScenarios(root).map((entry) => entry.id)).toEqual(['controls/broken', 'etcd/store-down', 'recorded/disk-slow', 'recorded/pd-kill', 'tikv/disk-slow', 'tikv/store-down']);
  expect(listScenarios(path.join(root, 'absent'))).toEqual([]);
});

test('a scenario is found by its id, and by its name where no other has it', () => {
  expect(findScenario('tikv/store-down', { root })).toMatchObject({ ok: true, value: { scenario: 'store-down' } });
  expect(findScenario('pd-kill', { root })).toMatchObject({ ok: true, value: { scenario: 'pd-kill' } });
  expect(findScenario('scenarios/tikv/disk-slow.yaml', { root })).toMatchObject({ ok: true, value: { scenario: 'disk-slow' } });
});

test('a bare name means the incident that can be started, not its recording', () => {
  expect(findEntry('disk-slow', listScenarios(root))).toMatchObject({ ok: true, value: { id: 'tikv/disk-slow' } });
  expect(findEntry('recorded/disk-slow', listScenarios(root))).toMatchObject({ ok: true, value: { id: 'recorded/disk-slow' } });
});

test('a name that two scenarios share is refused, and both are named', () => {
  expect(findScenario('store-down', { root })).toEqual({
    ok: false,
    failure: { code: 'LAB_AMBIGUOUS_SCENARIO', because: '"store-down" is the name of 2 scenarios', advice: 'say which: etcd/store-down, tikv/store-down' },
  });
});

test('a mistyped name is answered with the nearest one', () => {
  expect(findScenario('dikv/store-dwn', { root })).toMatchObject({ failure: { code: 'LAB_UNKNOWN_SCENARIO', advice: 'did you mean tikv/store-down? lab list names them all' } });
  expect(findScenario('tikv/stor-down', { root })).toMatchObject({ failure: { advice: 'did you mean tikv/store-down? lab list names them all' } });
  expect(findScenario('completely-different', { root })).toMatchObject({ failure: { advice: 'lab list names them all' } });
});

test('whoever names a file of their own is told how it is run', () => {
  expect(findScenario('./mine.yaml', { root })).toMatchObject({ failure: { code: 'LAB_UNKNOWN_SCENARIO', advice: 'a file that is not among them is run with --scenario-file ./mine.yaml' } });
});

test('a broken scenario is refused with the place of its mistake', () => {
  const found = findScenario('broken', { root });
  expect(found).toMatchObject({ ok: false, failure: { code: 'LAB_SCENARIO_INVALID' } });
  expect(found.ok ? '' : found.failure.because).toMatch(/broken\.yaml:7:19 {2}error {2}unknown truth\.verdict "helthy"/);
});
