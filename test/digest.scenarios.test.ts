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
  'tikv/store-down': '788da419948e1d7f6ca38df061b8005cb53eda2f17ba3b9a0ba2a7cba328546b',
  'tikv/latency-spike': 'e03aa06ee646957d86cebaea3be56ff09b24e582c4d44a511aa7adb86c67a624',
  'controls/healthy': 'c8b41c7414b0c3c72f1cfaf425eaf58f5d20e258debbb5ea93aa7e8e8397ba93',
};

it.each(Object.entries(pinned))('%s gives the same bytes as ever', async (id, digest) => {
  const scenario = findScenario(id, { knowledge: labKnowledge() });
  if (!scenario.ok) throw new Error(scenario.failure.because);
  const { bundle } = await perform({ scenario: scenario.value, seed: 7, diagnostician: rules, outDir: join(mkdtempSync(join(tmpdir(), 'digest-')), 'run') });
  expect(bundle.run.digest).toBe(digest);
});
