import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { causeKinds } from '../../src/diagnosis/vocabulary.ts';
import { LabError } from '../../src/kernel/result.ts';
import { formatProblems } from '../scenario/format-problems.ts';
import { scenarioSchemaText } from '../scenario/json-schema.ts';
import { listScenarios, loadScenarioFile, loadScenarioText } from '../scenario/loader.ts';
import { labKnowledge } from './knowledge.ts';
import { scenarioRows } from './list.ts';
import { writeNewScenario } from './new.ts';
import { packageDir } from './places.ts';
import { schemaFile } from './schema.ts';

const knowledge = labKnowledge();

describe('every committed scenario', () => {
  test.each(listScenarios().map((entry) => [entry.id, entry.file] as const))('%s lints clean', (_id, file) => {
    const { problems } = loadScenarioFile(file, knowledge);
    expect(problems.length === 0 ? '' : formatProblems(problems)).toBe('');
  });

  test('is listed with name, title, subject, cluster and tags', () => {
    const rows = scenarioRows();
    expect(rows.map((row) => row.name)).toEqual(listScenarios().map((entry) => entry.id));
    expect(rows.find((row) => row.name === 'tikv/store-down')).toEqual({ name: 'tikv/store-down', title: 'A store dies without a word', subject: 'tikv', cluster: 'twin', tags: ['availability', 'process'] });
  });

  test('begins with the line that gives editors its schema', () => {
    for (const { file } of listScenarios()) expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=../../schema/scenario.schema.json');
  });
});

test('the committed JSON Schema is what the code says; npm run schema writes it anew', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(scenarioSchemaText(knowledge));
});

test('the JSON Schema offers each fault its own parameters', () => {
  const text = scenarioSchemaText(knowledge);
  for (const fault of knowledge.faults ?? []) expect(text).toContain(`"const": "${fault.kind}"`);
  expect(JSON.parse(text)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
});

describe('the scenario page of the docs', () => {
  const page = readFileSync(path.join(packageDir, 'docs', 'scenario.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n(# yaml-language-server[\s\S]*?)```/g)].map((match) => match[1] ?? '');

  test('has a whole example, and it is right', () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const text of examples) {
      const name = /^scenario: (.*)$/m.exec(text)?.[1] ?? '';
      const { problems } = loadScenarioText(text, { file: `${name}.yaml`, knowledge });
      expect(problems.length === 0 ? '' : formatProblems(problems)).toBe('');
    }
  });

  test('shows errors as they really look', () => {
    const [text = '', shown = ''] = [/```yaml\n(scenario: broken\n[\s\S]*?)```/, /```text\n(broken\.yaml[\s\S]*?)\n```/].map((block) => block.exec(page)?.[1] ?? '');
    expect(formatProblems(loadScenarioText(text, { file: 'broken.yaml', knowledge }).problems)).toBe(shown);
  });

  test('lists the whole vocabulary', () => {
    for (const kind of causeKinds) expect(page).toMatch(new RegExp(`[ >]${kind}[,;.]`));
  });

  test('names every field that a scenario may have', () => {
    const schema = JSON.parse(scenarioSchemaText({})) as unknown;
    expect(fieldsOf(schema).filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });
});

function fieldsOf(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const properties = (node as { properties?: object }).properties ?? {};
  return [...new Set([...Object.keys(properties), ...Object.values(node).flatMap(fieldsOf)])].filter((field) => field !== 'properties');
}

describe('a new scenario', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lab-new-'));
  });

  test('is short, commented and right as it stands', () => {
    const file = writeNewScenario('store-slow', { root });
    expect(path.relative(root, file)).toBe(path.join('tikv', 'store-slow.yaml'));
    expect(loadScenarioFile(file, knowledge).problems).toEqual([]);
    const text = readFileSync(file, 'utf8');
    expect(text.trim().split('\n').length).toBeLessThanOrEqual(40);
    expect(text).toMatch(/# lab list faults/);
  });

  test('can begin as a copy of another, under its own name', () => {
    const file = writeNewScenario('tikv/second', { root, from: 'store-slow' });
    expect(loadScenarioFile(file, knowledge)).toMatchObject({ problems: [], scenario: { scenario: 'second', title: 'Second' } });
  });

  test('is never written over another, nor under a name that cannot be found again', () => {
    expect(() => writeNewScenario('store-slow', { root })).toThrow(/exists already/);
    for (const name of ['Store Slow', '../escape', 'a/b/c', '']) expect(() => writeNewScenario(name, { root })).toThrow(LabError);
  });
});

describe('a shell', () => {
  const lab = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageDir, 'bin', 'lab.mjs'), ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', npm_lifecycle_event: undefined } });
    return { status, stdout, stderr };
  };

  test('gets 2 and every problem from lab lint, as text and as one document', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'lab-lint-')), 'broken.yaml');
    writeFileSync(file, 'scenario: broken\ntitel: x\n');
    const text = lab('lint', file);
    expect(text.status).toBe(2);
    expect(text.stdout).toContain(':2:1  error  unknown key "titel"\n');
    expect(text.stdout).toMatch(/\n\d errors {3}docs: docs\/scenario\.md\n$/);
    const json = lab('lint', file, '--json');
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'lab.lint/v1', files: 1, warnings: 0, problems: expect.arrayContaining([expect.objectContaining({ line: 2, column: 1, suggestion: 'did you mean "title"?' })]) });
  });

  test('gets 2 and the nearest name for a scenario that does not exist', () => {
    const { status, stdout, stderr } = lab('explain', 'stoer-down');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('did you mean tikv/store-down?');
  });
});
