import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labKnowledge } from '../../harness/cli/knowledge.ts';
import type { Bundle } from '../../harness/history/bundle.ts';
import { perform } from '../../harness/lab.ts';
import { inVirtualTime } from '../../harness/lab/choose-cluster.ts';
import { listScenarios, loadScenarioFile } from '../../harness/scenario/loader.ts';
import type { Scenario } from '../../harness/scenario/schema.ts';
import { rules } from '../../src/diagnosis/rules/rules.ts';

/** One incident, lived through once with the rules; `dir` holds its bundle until it is disposed of. */
export interface Lived extends Disposable {
  readonly bundle: Bundle;
  readonly dir: string;
}

/** Every scenario that costs no wall time, in the order of the catalogue. */
export function virtualScenarios(): readonly Scenario[] {
  const knowledge = labKnowledge();
  return listScenarios().flatMap(({ file }) => {
    const { scenario } = loadScenarioFile(file, knowledge);
    return scenario ? (inVirtualTime(scenario) ?? []) : [];
  });
}

/** A recording is the same whatever the seed, so it counts once. */
export const seedsOf = (scenario: Scenario, seeds: number): readonly number[] => (scenario.cluster.kind === 'recorded' ? [1] : Array.from({ length: seeds }, (_, i) => i + 1));

/** Runs the scenario once. */
export async function live(scenario: Scenario, seed: number): Promise<Lived> {
  const dir = mkdtempSync(join(tmpdir(), 'ablation-'));
  const { bundle } = await perform({ scenario, seed, diagnostician: rules, outDir: dir });
  return { bundle, dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}
