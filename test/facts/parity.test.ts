import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordedConfig } from './config.ts';
import { type Exported, exportedFamilies } from './exported.ts';
import { type Facts, factsText, recordedFacts } from './families.ts';
import { leftOut } from './left-out.ts';
import { hasReference, recordedPages, tikvCases, twinFolder } from './reference.ts';
import { parsePage } from './page.ts';
import { formatBound } from '../../harness/clusters/twin/metrics/series-refs.ts';
import { metaOf } from '../../harness/clusters/twin/metrics/facts.ts';

const stored = readFileSync(join(twinFolder, 'metrics', 'families.json'), 'utf8');
const facts = JSON.parse(stored) as Facts;

describe('what the twin exports', () => {
  let exported: ReadonlyMap<string, Exported>;
  beforeAll(async () => {
    exported = await exportedFamilies();
  });

  test('is more than 300 families, every one of which a real page shows', () => {
    expect([...exported.keys()].filter((name) => !facts.families[name])).toEqual([]);
    expect(exported.size).toBeGreaterThanOrEqual(300);
  });

  test('has the label names of the real series', () => {
    const wrong = [...exported].flatMap(([name, { labelSets }]) => [...labelSets].filter((set) => set.split(',').some((label) => label !== '' && !facts.families[name]?.[2].includes(label))).map((set) => `${name}{${set}}`));
    expect(wrong).toEqual([]);
  });

  test('has the buckets of the real histograms', () => {
    for (const [name, { bounds }] of exported) {
      const id = facts.families[name]?.[3];
      if (id !== undefined) expect([name, [...bounds].sort()]).toEqual([name, [...(facts.bounds[id] ?? []).map(formatBound), '+Inf'].sort()]);
    }
  });

  test('and what it leaves out is listed in docs/twin-left-out.md, with the reason', () => {
    const page = readFileSync(join(twinFolder, '..', '..', '..', 'docs', 'twin-left-out.md'), 'utf8');
    const silent = [...leftOut(facts, exported)].flatMap(([reason, names]) => names.filter((name) => !page.includes(`\`${name}\``)).map((name) => `${name}: ${reason}`));
    expect(silent).toEqual([]);
  });
});

describe.skipIf(!hasReference)('the recorded facts beside the repository', () => {
  test('are those that the twin keeps: types, help texts, labels and buckets of every family', () => {
    expect(stored).toBe(factsText(recordedFacts()));
  });

  test('agree word for word with what the twin says of each family', () => {
    for (const { text } of recordedPages(tikvCases()[0] as string)) {
      for (const { name, type, help } of parsePage(text)) expect([name, metaOf(name)]).toEqual([name, { type, help }]);
    }
  });

  test("hold the settings that the twin's stores show", () => {
    expect(JSON.parse(readFileSync(join(twinFolder, 'store', 'api', 'config.json'), 'utf8'))).toEqual(recordedConfig());
  });
});
