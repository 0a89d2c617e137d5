import { assert, defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import { LabError } from '../../src/kernel/result.ts';
import { parseRate, parseSpan } from '../../src/kernel/units.ts';
import type { ClusterNode, ClusterSpec, LoadSpec, NodeId } from '../clusters/contract.ts';
import { scenarioSchema, type ScenarioFile, type ScenarioStep, type ScenarioTarget } from './schema.ts';

/** One step with its span in milliseconds; `atMs` counts from the start of the run, and acts take no time. */
export type PlanStep =
  | { readonly kind: 'steady' | 'hold' | 'recover'; readonly atMs: Millis; readonly spanMs: Millis }
  | { readonly kind: 'inject'; readonly atMs: Millis; readonly injection: Injection }
  | { readonly kind: 'revert'; readonly atMs: Millis; readonly alias: string };

/** One fault that a plan will inject. Without `as` in the file, its alias is the fault's kind. */
export interface Injection {
  readonly alias: string;
  readonly fault: string;
  readonly into: ScenarioTarget;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A scenario as a cluster and a clock understand it. A recording's plan has no steps. */
export interface Plan {
  readonly cluster: ClusterSpec;
  readonly steps: readonly PlanStep[];
  /** Sum of all spans. */
  readonly totalMs: Millis;
  /** From the first ticket to the diagnosis, where the scenario says so. */
  readonly diagnoseAfterMs?: Millis;
  readonly detect?: { readonly invariant: string; readonly component: string; readonly withinMs: Millis };
}

/** What each alias struck: node ids, or the name of a group that was struck as one (`pd`, `clients`). */
export type Struck = ReadonlyMap<string, readonly NodeId[]>;

/** The plan of a scenario: every unit parsed, every default filled in. */
export function planOf(scenario: ScenarioFile): Plan {
  const steps: PlanStep[] = [];
  let atMs = 0;
  for (const step of scenario.timeline ?? []) {
    const planned = planStep(step, atMs);
    steps.push(planned);
    if ('spanMs' in planned) atMs += planned.spanMs;
  }
  const { diagnose, detect } = scenario;
  return {
    cluster: clusterSpecOf(scenario),
    steps,
    totalMs: atMs,
    ...(diagnose === undefined ? {} : { diagnoseAfterMs: spanMs(diagnose.after) }),
    ...(detect === undefined ? {} : { detect: { invariant: detect.invariant, component: detect.component, withinMs: spanMs(detect.within) } }),
  };
}

/** The injections of a plan in order. */
export function injectionsOf(plan: Plan): readonly Injection[] {
  return plan.steps.flatMap((step) => (step.kind === 'inject' ? [step.injection] : []));
}

/**
 * Draws what each injection strikes. Each alias has a random stream of its own, so that adding an injection to a
 * scenario does not change what the others strike.
 */
export function resolveTargets(plan: Plan, nodes: readonly Pick<ClusterNode, 'id' | 'role'>[], random: Random): Struck {
  const struck = new Map<string, readonly NodeId[]>();
  for (const { alias, into } of injectionsOf(plan)) {
    if (typeof into === 'string') struck.set(alias, struck.get(into) ?? [into]);
    else struck.set(alias, [drawNode(into, { nodes, struck, random: random.fork('targets').fork(alias) })]);
  }
  return struck;
}

function drawNode(into: { role: string; not?: string | undefined }, from: { nodes: readonly Pick<ClusterNode, 'id' | 'role'>[]; struck: Struck; random: Random }): NodeId {
  const taken = into.not === undefined ? [] : (from.struck.get(into.not) ?? []);
  const candidates = from.nodes.filter((node) => node.role === into.role && !taken.includes(node.id)).map((node) => node.id);
  if (candidates.length === 0) throw new LabError({ code: 'LAB_NO_TARGET', because: `no node of the role ${into.role} is left to strike`, advice: 'give the cluster more nodes of this role' }, 2);
  return from.random.pick(candidates);
}

/** The truth with every alias replaced by what it struck; one cause for each struck node. */
export function resolveTruth(truth: ScenarioFile['truth'], struck: Struck): ScenarioFile['truth'] {
  const each = <T extends { component: string }>(items: readonly T[]): T[] =>
    items.flatMap((item) => (struck.get(item.component) ?? [item.component]).map((component) => ({ ...item, component })));
  return {
    ...truth,
    causes: each(truth.causes).map((cause) => ({ ...cause, accept: each(cause.accept) })),
    impact: each(truth.impact),
    lookalikes: each(truth.lookalikes),
  };
}

function planStep(step: ScenarioStep, atMs: Millis): PlanStep {
  if ('steady' in step) return { kind: 'steady', atMs, spanMs: spanMs(step.steady) };
  if ('hold' in step) return { kind: 'hold', atMs, spanMs: spanMs(step.hold) };
  if ('recover' in step) return { kind: 'recover', atMs, spanMs: spanMs(step.recover) };
  if ('revert' in step) return { kind: 'revert', atMs, alias: step.revert };
  const { fault, into, as, with: params } = step.inject;
  return { kind: 'inject', atMs, injection: { alias: as ?? fault, fault, into, params: params ?? {} } };
}

function clusterSpecOf(scenario: ScenarioFile): ClusterSpec {
  const { cluster, subject } = scenario;
  const load = loadSpecOf(scenario.load);
  if (cluster.kind === 'recorded') return { kind: 'recorded', subject, roles: {}, regions: 0, load, recording: cluster.recording };
  return { kind: cluster.kind, subject, roles: { pd: cluster.pd, tikv: cluster.tikv }, regions: cluster.regions, load };
}

function loadSpecOf(given: ScenarioFile['load']): LoadSpec {
  const load = given ?? scenarioSchema.shape.load.unwrap().parse({});
  const ratePerSecond = defined(parseRate(load.rate), 'a checked rate');
  return { shape: load.shape, ratePerSecond, reads: load.reads, keys: load.keys, valueBytes: load.valueBytes };
}

function spanMs(text: string): Millis {
  const span = parseSpan(text);
  assert(span !== undefined, `a checked span, not ${text}`);
  return span;
}

/** The sentence that says what an injection strikes before the seed has spoken. */
export function spellTarget(into: ScenarioTarget): string {
  if (typeof into === 'string') return into;
  return `one ${into.role} node drawn by the seed${into.not === undefined ? '' : `, not ${into.not}`}`;
}

