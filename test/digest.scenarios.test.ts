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
  'tikv/store-down': '5b600e85d350d06af488f8d0d05f02df4ea6b8709e2ce76bd00428717a5e4776',
  'tikv/latency-spike': 'a4effc34105d87fc15793d7e977e003c3f1952b108bfe899b5fa4cb93b304427',
  'controls/healthy': '979085ef1420d7c8477efd742ad222a036470938dec1a86fe43756634d040f03',
};

it.each(Object.entries(pinned))('%s gives the same bytes as ever', async (id, digest) => {
  const scenario = findScenario(id, { knowledge: labKnowledge() });
  if (!scenario.ok) throw new Error(scenario.failure.because);
  const { bundle } = await perform({ scenario: scenario.value, seed: 7, diagnostician: rules, outDir: join(mkdtempSync(join(tmpdir(), 'digest-')), 'run') });
  expect(bundle.run.digest).toBe(digest);
});
