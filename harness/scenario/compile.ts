import { assert, defined } from '../../src/kernel/assert.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import type { Random } from '../../src/kernel/random.ts';
import { LabError } from '../../src/kernel/result.ts';
import { parseRate, parseSpan } from '../../src/kernel/units.ts';
import type { ClusterNode, ClusterSpec, LoadSpec, NodeId } from '../clusters/contract.ts';
import { type ScenarioBody, scenarioSchema, type ScenarioStep, type ScenarioTarget } from './schema.ts';

/** One step with its span in milliseconds; acts take no time. The `replay-` steps mark where a recording's own fault begins and ends. */
export type PlannedStep =
  | { readonly kind: 'steady' | 'hold' | 'recover'; readonly spanMs: Millis }
  | { readonly kind: 'inject'; readonly injection: PlannedInjection }
  | { readonly kind: 'revert'; readonly alias: string }
  | { readonly kind: 'replay-inject' | 'replay-revert' };

/** One fault that a plan will inject. Without `as` in the file, its alias is the fault's kind. */
export interface PlannedInjection {
  readonly alias: string;
  readonly fault: string;
  readonly into: ScenarioTarget;
  /** What is to be struck, in words, before the seed has spoken. */
  readonly asked: string;
  readonly params: Record<string, unknown>;
  /** It comes and goes. */
  readonly flapping?: { readonly onMs: Millis; readonly offMs: Millis };
  /** It grows. */
  readonly ramp?: { readonly overMs: Millis; readonly to: Readonly<Record<string, unknown>> };
}

/** A scenario as a cluster and a clock understand it. A recording's plan has no steps. */
export interface Plan {
  readonly spec: ClusterSpec;
  readonly steps: readonly PlannedStep[];
  /** From the first ticket to the diagnosis; `end`: when everything is over. */
  readonly diagnoseAfterMs: Millis | 'end';
  readonly detect?: { readonly invariant: string; readonly component: string; readonly withinMs: Millis };
}

/** What each alias struck: node ids, or the name of a group that was struck as one (`pd`, `clients`). */
export type Struck = ReadonlyMap<string, readonly NodeId[]>;

/** Where a scenario does not say: enough for the first symptoms to be followed by the second ones. */
export const defaultDiagnoseAfterMs: Millis = 60_000;

/** The plan of a scenario: every unit parsed, every default filled in. */
export function planOf(scenario: ScenarioBody): Plan {
  const { cluster, diagnose, detect, timeline = [] } = scenario;
  return {
    spec: clusterSpecOf(scenario),
    steps: cluster.kind === 'recorded' ? [] : timeline.map(planStep),
    diagnoseAfterMs: diagnose === undefined ? defaultDiagnoseAfterMs : 'at' in diagnose ? diagnose.at : spanMs(diagnose.after),
    ...(detect === undefined ? {} : { detect: { invariant: detect.invariant, component: detect.component, withinMs: spanMs(detect.within) } }),
  };
}

/** What one injection strikes; a store that joined is struck only by its name. `random` is the stream for targets; `struck` holds what earlier injections struck. */
export function resolveTarget(
  planned: Pick<PlannedInjection, 'alias' | 'into'>,
  nodes: readonly Pick<ClusterNode, 'id' | 'role' | 'leads' | 'joined'>[],
  from: { readonly random: Random; readonly struck: Struck },
): readonly NodeId[] {
  const { into, alias } = planned;
  if (typeof into === 'string') return from.struck.get(into) ?? [into];
  const taken = into.not === undefined ? [] : (from.struck.get(into.not) ?? []);
  const candidates = nodes.filter((node) => node.role === into.role && node.joined !== true && !taken.includes(node.id) && (into.leads !== true || node.leads === true)).map((node) => node.id);
  if (candidates.length === 0) throw new LabError(
    into.leads ? { code: 'LAB_NO_TARGET', because: `no node leads the role ${into.role}`, advice: 'Wait until one leads, or strike a role that has a leader.' }
      : { code: 'LAB_NO_TARGET', because: `no node of the role ${into.role} is left to strike`, advice: 'Give the cluster more nodes of this role.' }, 2);
  // A stream for each alias: adding an injection to a scenario does not change what the others strike.
  return [from.random.fork(alias).pick(candidates)];
}

/** What every injection of a plan strikes under this seed's random source; who leads is known only when it is played, so those are left out. */
export function resolveTargets(plan: Plan, nodes: readonly Pick<ClusterNode, 'id' | 'role' | 'leads'>[], random: Random): Struck {
  const struck = new Map<string, readonly NodeId[]>();
  const targets = random.fork('targets');
  for (const step of plan.steps) {
    if (step.kind !== 'inject' || isKnownLater(step.injection.into, struck)) continue;
    struck.set(step.injection.alias, resolveTarget(step.injection, nodes, { random: targets, struck }));
  }
  return struck;
}

function planStep(step: ScenarioStep): PlannedStep {
  if ('steady' in step) return { kind: 'steady', spanMs: spanMs(step.steady) };
  if ('hold' in step) return { kind: 'hold', spanMs: spanMs(step.hold) };
  if ('recover' in step) return { kind: 'recover', spanMs: spanMs(step.recover) };
  if ('revert' in step) return { kind: 'revert', alias: step.revert };
  const { fault, into, as, with: params, flapping, ramp } = step.inject;
  return {
    kind: 'inject',
    injection: {
      alias: as ?? fault, fault, into, asked: spellTarget(into), params: { ...params },
      ...(flapping && { flapping: { onMs: spanMs(flapping.on), offMs: spanMs(flapping.off) } }),
      ...(ramp && { ramp: { overMs: spanMs(ramp.over), to: ramp.to } }),
    },
  };
}

function clusterSpecOf(scenario: ScenarioBody): ClusterSpec {
  const { cluster, subject } = scenario;
  const load = loadSpecOf(scenario.load);
  switch (cluster.kind) {
    case 'recorded': return { kind: cluster.kind, subject, roles: {}, regions: 0, load, recording: cluster.recording };
    case 'twin': return { kind: cluster.kind, subject, roles: { pd: cluster.pd, tikv: cluster.tikv }, ...(cluster.spares !== undefined && { spares: { tikv: cluster.spares } }), regions: cluster.regions, load, ...(cluster.settings && { settings: cluster.settings }) };
    case 'process':
    case 'compose': return { kind: cluster.kind, subject, roles: cluster.nodes, regions: 0, load, ...(cluster.settings && { settings: cluster.settings }) };
  }
}

function loadSpecOf(given: ScenarioBody['load']): LoadSpec {
  const load = given ?? scenarioSchema.shape.load.unwrap().parse({});
  const ratePerSecond = defined(parseRate(load.rate), 'a checked rate');
  const transactions = load.transactions === undefined ? undefined : defined(parseRate(load.transactions), 'a checked rate');
  return { shape: load.shape, ratePerSecond, reads: load.reads, keys: load.keys, valueBytes: load.valueBytes, ...(load.api && { api: load.api }), ...(transactions !== undefined && { transactions }) };
}

function spanMs(text: string): Millis {
  const span = parseSpan(text);
  assert(span !== undefined, `a checked span, not ${text}`);
  return span;
}

const isKnownLater = (into: ScenarioTarget, struck: Struck): boolean => typeof into !== 'string' && (into.leads === true || (into.not !== undefined && !struck.has(into.not)));

function spellTarget(into: ScenarioTarget): string {
  if (typeof into === 'string') return into;
  if (into.leads) return `the leader of ${into.role}`;
  return `one ${into.role} drawn by the seed${into.not === undefined ? '' : `, not ${into.not}`}`;
}
