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
  'tikv/store-down': 'aaf90526d3f991b165abf465372576b5d7605eb6c36e9caf8f8437dd0ceba887',
  'tikv/latency-spike': '668eff3b73c7963ac97f3f76b159ee9c57f13893dff0af0010920e480d279c95',
  'controls/healthy': '691bc203520e96bb83254f6c140ff20f19677f0c4821312c8880b2930fdfb257',
};

it.each(Object.entries(pinned))('%s gives the same bytes as ever', async (id, digest) => {
  const scenario = findScenario(id, { knowledge: labKnowledge() });
  if (!scenario.ok) throw new Error(scenario.failure.because);
  const { bundle } = await perform({ scenario: scenario.value, seed: 7, diagnostician: rules, outDir: join(mkdtempSync(join(tmpdir(), 'digest-')), 'run') });
  expect(bundle.run.digest).toBe(digest);
});
