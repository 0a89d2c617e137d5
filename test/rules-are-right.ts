import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Scenario } from '../harness/scenario/schema.ts';
import type { Run } from '../harness/history/bundle.ts';
import { perform } from '../harness/lab.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';

/** Scenarios that `rules` gets wrong today, with the reason. An entry whose scenario comes out right fails: take it out. */
const knownMisses: Readonly<Record<string, string>> = {};

/** A test for each scenario, with seed 1; the runs, by scenario, as they are done. */
export function rulesAreRight(scenarios: readonly Scenario[]): ReadonlyMap<string, Run> {
  const out = mkdtempSync(join(tmpdir(), 'scenarios-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  const runs = new Map<string, Run>();
  for (const scenario of scenarios) {
    const { id } = scenario;
    const known = knownMisses[id];
    it(known === undefined ? id : `${id} (known miss: ${known})`, async () => {
      const { bundle } = await perform({ scenario, seed: 1, diagnostician: rules, outDir: join(out, id.replace('/', '-')) });
      runs.set(id, bundle.run);
      const { state, scorecard } = bundle.run;
      const outcome = { state, verdict: scorecard?.verdict, said: scorecard?.said, because: scorecard?.because };
      expect(outcome).toMatchObject({ state: 'scored', verdict: known === undefined ? 'PASS' : 'FAIL' });
    });
  }
  return runs;
}
