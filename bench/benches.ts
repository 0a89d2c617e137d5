import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labKnowledge } from '../harness/cli/knowledge.ts';
import { clusterKind } from '../harness/clusters/registry.ts';
import { perform } from '../harness/lab.ts';
import { planOf } from '../harness/scenario/compile.ts';
import { findScenario } from '../harness/scenario/loader.ts';
import type { Scenario } from '../harness/scenario/schema.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';
import { LabError, orThrow } from '../src/kernel/result.ts';
import { stopwatch } from '../src/kernel/wall-clock.ts';
import { diagnosis } from './diagnosis/ablation.ts';
import { fuzz } from './promql/fuzz.ts';
import { median } from './promql/latency.ts';
import { promql } from './promql/promql.ts';
import { suite } from './suite.ts';
import { twin } from './twin/twin.ts';

/** Each bench gives lines for people; their numbers are ratios of things measured in the same run. */
export const benches: Readonly<Record<string, () => Promise<readonly string[]>>> = { twin, scenario, promql, fuzz, diagnosis: () => diagnosis(seedsAsked()), suite: () => suite() };

/** Those that take many minutes run only when they are named. */
export const longBenches: ReadonlySet<string> = new Set(['diagnosis', 'suite']);

/** `--seeds N`; default 20. */
function seedsAsked(): number {
  const at = process.argv.indexOf('--seeds');
  const seeds = at < 0 ? 20 : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(seeds) || seeds < 1) throw new LabError({ code: 'LAB_USAGE', because: '--seeds takes a whole number above 0' }, 2);
  return seeds;
}

const repeats = 5;

/** What a whole run costs beside its first part, the bare twin. */
async function scenario(): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  const chosen = storeDown();
  const walls: number[] = [];
  let virtualMs = 0;
  for (let i = 0; i < repeats; i++) {
    const { wallMs, bundle } = await perform({ scenario: chosen, seed: i + 1, diagnostician: rules, outDir: join(dir, String(i)) });
    walls.push(wallMs);
    virtualMs = bundle.run.endMs - bundle.run.startMs;
  }
  const bare = await bareTwinMs(chosen, virtualMs);
  rmSync(dir, { recursive: true, force: true });
  return [
    `${chosen.id}, ${virtualMs / 1000} virtual seconds with rules: ${Math.round(median(walls))} ms of wall time (median of ${repeats}; first ${Math.round(walls[0] ?? 0)} ms)`,
    `that is ${(median(walls) / bare).toFixed(1)} times the bare twin (${Math.round(bare)} ms for the same span)`,
  ];
}

async function bareTwinMs(chosen: Scenario, spanMs: number): Promise<number> {
  const walls: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const elapsed = stopwatch();
    await using cluster = orThrow(await (await clusterKind('twin')).start(planOf(chosen).spec, i + 1));
    await cluster.pass(spanMs);
    walls.push(elapsed());
  }
  return median(walls);
}

const storeDown = (): Scenario => orThrow(findScenario('tikv/store-down', { knowledge: labKnowledge() }));
