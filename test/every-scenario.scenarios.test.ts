import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { perform } from '../harness/lab.ts';
import { listScenarios, loadScenarioFile } from '../harness/scenario/loader.ts';

/** Scenarios that `rules` gets wrong today, with the reason. An entry whose scenario comes out right fails: take it out. */
const knownMisses: Readonly<Record<string, string>> = {};

const out = mkdtempSync(join(tmpdir(), 'scenarios-'));

describe('scenarios: rules is right with seed 1', () => {
  for (const { id, file } of listScenarios()) {
    const known = knownMisses[id];
    it.concurrent(known === undefined ? id : `${id} (known miss: ${known})`, async () => {
      const { scenario, problems } = loadScenarioFile(file, labKnowledge());
      expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
      if (!scenario) return;
      const { bundle } = await perform({ scenario, seed: 1, diagnostician: rules, outDir: join(out, id.replace('/', '-')) });
      const { state, scorecard } = bundle.run;
      const outcome = { state, verdict: scorecard?.verdict, said: scorecard?.said, because: scorecard?.because };
      expect(outcome).toMatchObject({ state: 'scored', verdict: known === undefined ? 'PASS' : 'FAIL' });
    });
  }
});
