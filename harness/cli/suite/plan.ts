import { createHash } from 'node:crypto';
import { LabError } from '../../../src/kernel/result.ts';
import type { Scenario } from '../../scenario/schema.ts';

/** One trial that a suite will perform. */
export interface PlannedTrial {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** One of several equal parts of a suite. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** How many seeds, from which one on. */
export interface SeedCounts {
  readonly trials: number;
  readonly seedFrom: number;
}

/** A recording is one incident whatever the seed, so it is performed once; repeating it would only feign evidence. */
export function seedsOf(scenario: Pick<Scenario, 'cluster'>, { trials, seedFrom }: SeedCounts): number[] {
  return Array.from({ length: scenario.cluster.kind === 'recorded' ? 1 : trials }, (_, index) => seedFrom + index);
}

/** Every trial of a suite, scenario after scenario, seed after seed. */
export function planTrials(scenarios: readonly Scenario[], counts: SeedCounts): PlannedTrial[] {
  return scenarios.flatMap((scenario) => seedsOf(scenario, counts).map((seed) => ({ scenario, seed })));
}

/** The part of a plan that one machine performs; together the parts are the plan, and no trial is in two of them. */
export function shardOf(plan: readonly PlannedTrial[], { index, count }: Shard): PlannedTrial[] {
  return plan.filter((_, position) => position % count === index - 1);
}

/** Reads `2/3`; anything else ends the command (exit 2). */
export function shardNamed(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const shard = { index: Number(match?.[1] ?? 0), count: Number(match?.[2] ?? 0) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new LabError({ code: 'LAB_USAGE', because: `--shard takes a part like 2/3, not "${text}"`, advice: 'Number the machines from 1 on and name how many there are: --shard 1/3, --shard 2/3, --shard 3/3.' }, 2);
}

/** What makes two suites the same: who is asked, by which lab, about which scenarios (to the letter) and seeds. */
export function suiteKey(plan: readonly PlannedTrial[], who: { readonly spec: string; readonly fingerprint: string; readonly labVersion: string }): string {
  const asked = { ...who, trials: plan.map(({ scenario, seed }) => [scenario.id, seed]), texts: [...new Set(plan.map(({ scenario }) => scenario.text))] };
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
}
