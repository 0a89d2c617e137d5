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
  'tikv/store-down': 'e3544385a640e31bb2bf5652c53f673022efc521ab4cc6daa82af78d8775968f',
  'tikv/latency-spike': '8c10e8eae185a26ac9b4534fd0fa7d33bb46d0c2952fd6cb68614e23556682df',
  'controls/healthy': '64582ba32260aa838c21fec166d4376f5aa67044551dbefbe25c52bc965feb6f',
};

it.each(Object.entries(pinned))('%s gives the same bytes as ever', async (id, digest) => {
  const scenario = findScenario(id, { knowledge: labKnowledge() });
  if (!scenario.ok) throw new Error(scenario.failure.because);
  const { bundle } = await perform({ scenario: scenario.value, seed: 7, diagnostician: rules, outDir: join(mkdtempSync(join(tmpdir(), 'digest-')), 'run') });
  expect(bundle.run.digest).toBe(digest);
});
