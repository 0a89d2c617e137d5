import type { Millis } from '../../src/kernel/clock.ts';
import { Random } from '../../src/kernel/random.ts';
import type { RecordedScript } from '../clusters/contract.ts';
import { type Plan, planOf, resolveTargets } from './compile.ts';
import { nodesOfRoles } from './draft.ts';
import type { NodeNames } from './knowledge.ts';
import type { Scenario } from './schema.ts';

/** One line of the virtual timeline; `atMs` counts from the start of the run. */
export interface ExplainedStep {
  readonly atMs: Millis;
  readonly what: string;
  readonly detail: string;
}

/** What an injection strikes: how it is chosen, among whom, and what the first seeds choose. */
export interface ExplainedStrike {
  readonly alias: string;
  readonly fault: string;
  readonly chosen: string;
  readonly among: readonly string[];
  readonly bySeed: Readonly<Record<string, readonly string[]>>;
}

/** A scenario, resolved as far as it can be without starting anything. */
export interface Explanation {
  readonly schema: 'lab.explain/v1';
  readonly id: string;
  readonly title: string;
  readonly story: string;
  readonly subject: string;
  readonly cluster: Plan['spec'];
  readonly timeline: readonly ExplainedStep[];
  readonly totalMs: Millis;
  readonly strikes: readonly ExplainedStrike[];
  readonly diagnoseAfterMs: Millis | 'end';
  readonly truth: Scenario['truth'];
  readonly detect: Exclude<Plan['detect'], undefined> | null;
  readonly started: false;
}

const seedsShown = [1, 2, 3, 4, 5];

/** Resolves a scenario without touching a cluster or a model. A recording's own acts come from its script; `nodeNames` as in Knowledge. */
export function explain(scenario: Scenario, { script, nodeNames }: { readonly script?: RecordedScript | undefined; readonly nodeNames?: NodeNames | undefined } = {}): Explanation {
  const plan = planOf(scenario);
  const { steps, totalMs } = script === undefined ? timelineOf(plan) : timelineOfScript(script);
  const { id, title, story, subject, truth } = scenario;
  return {
    schema: 'lab.explain/v1', id, title, story: story.trim(), subject, cluster: plan.spec,
    timeline: steps, totalMs, strikes: strikesOf(plan, nodeNames), diagnoseAfterMs: plan.diagnoseAfterMs,
    truth, detect: plan.detect ?? null, started: false,
  };
}

function timelineOf(plan: Plan): { steps: ExplainedStep[]; totalMs: Millis } {
  let totalMs = 0;
  const steps = plan.steps.map((step): ExplainedStep => {
    const atMs = totalMs;
    if ('spanMs' in step) totalMs += step.spanMs;
    if (step.kind === 'inject') {
      const { fault, asked, alias, params, flapping, ramp } = step.injection;
      const rhythm = flapping ? [`${shortSpan(flapping.onMs)} on and ${shortSpan(flapping.offMs)} off`] : ramp ? [`growing over ${shortSpan(ramp.overMs)} to ${Object.entries(ramp.to).map(([key, value]) => `${key} ${String(value)}`).join(', ')}`] : [];
      const settings = Object.entries(params).map(([key, value]) => `${key} ${String(value)}`);
      return { atMs, what: 'inject', detail: `${[fault, ...settings, ...rhythm].join(', ')} into ${asked}${alias === fault ? '' : `, as ${alias}`}` };
    }
    return { atMs, what: step.kind, detail: 'spanMs' in step ? shortSpan(step.spanMs) : step.kind === 'revert' ? step.alias : '' };
  });
  return { steps: [...steps, { atMs: totalMs, what: 'end', detail: '' }], totalMs };
}

function timelineOfScript({ startMs, injectMs, revertMs, endMs }: RecordedScript): { steps: ExplainedStep[]; totalMs: Millis } {
  const act = (what: string, atMs: Millis | undefined, detail: string): ExplainedStep[] => (atMs === undefined ? [] : [{ atMs: atMs - startMs, what, detail }]);
  const steps = [
    ...act('steady', startMs, 'as it was recorded'),
    ...act('inject', injectMs, 'the recorded fault begins'),
    ...act('revert', revertMs, 'the recorded fault ends'),
    ...act('end', endMs, ''),
  ];
  return { steps, totalMs: endMs - startMs };
}

function strikesOf(plan: Plan, nodeNames: NodeNames | undefined): ExplainedStrike[] {
  const nodes = nodesOfRoles(plan.spec.roles, nodeNames);
  const draws = seedsShown.map((seed) => [seed, resolveTargets(plan, nodes, Random.fromSeed(seed))] as const);
  return plan.steps.flatMap((step) => {
    if (step.kind !== 'inject') return [];
    const { alias, fault, into, asked } = step.injection;
    const among = typeof into === 'string' ? [] : nodes.filter((node) => node.role === into.role).map((node) => node.id);
    const bySeed = Object.fromEntries(draws.map(([seed, struck]) => [String(seed), struck.get(alias) ?? []]));
    return [{ alias, fault, chosen: asked, among, bySeed: typeof into === 'string' ? {} : bySeed }];
  });
}

/** A span as an author writes it: `3m`, `1m30s`, `45s`. */
export function shortSpan(spanMs: Millis): string {
  if (spanMs < 1_000 || spanMs % 1_000 !== 0) return `${spanMs}ms`;
  const parts = [[Math.floor(spanMs / 3_600_000), 'h'], [Math.floor(spanMs / 60_000) % 60, 'm'], [(spanMs / 1_000) % 60, 's']] as const;
  return parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join('');
}
