import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { perform } from '../harness/lab.ts';
import { findScenario } from '../harness/scenario/loader.ts';

/**
 * The bundle of seed 7, byte for byte. A change here is a change in what the lab does: say in the commit what it is,
 * and take the new value from the failing test.
 */
const pinned: Readonly<Record<string, string>> = {
  'tikv/store-down': '261d3ee6024733583ef9f187bde666b4a7b436816992b48db22af9459868751e',
  'tikv/latency-spike': 'd92d12fe0315eeac8f4988f5bf56959cf93b6c4c012ac05e3f808dcc894c8bb6',
  'controls/healthy': 'a11476526b33c81457f3a1ecb3bfaaf1a4d48dcd10afd57c6a742ffc94586d54',
};

it.each(Object.entries(pinned))('%s gives the same bytes as ever', async (id, digest) => {
  const scenario = findScenario(id, { knowledge: labKnowledge() });
  if (!scenario.ok) throw new Error(scenario.failure.because);
  const { bundle } = await perform({ scenario: scenario.value, seed: 7, diagnostician: rules, outDir: join(mkdtempSync(join(tmpdir(), 'digest-')), 'run') });
  expect(bundle.run.digest).toBe(digest);
});
