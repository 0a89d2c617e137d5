import type { Millis } from '../../src/kernel/clock.ts';
import { parseSpan } from '../../src/kernel/units.ts';
import type { ClusterNode } from '../clusters/contract.ts';
import type { Answer } from '../history/bundle.ts';
import type { Scenario } from '../scenario/schema.ts';

/** One injection that took place. */
export interface Injection {
  readonly alias: string;
  readonly fault: string;
  readonly struck: readonly string[];
  readonly fromMs: Millis;
  readonly toMs: Millis | null;
  readonly paint: { readonly label: string; readonly colour: string };
}

/** The truth of one run: the scenario's truth with aliases replaced by what was really struck, and when. */
export function answerOf(scenario: Scenario, injections: readonly Injection[], nodes: readonly ClusterNode[], startMs: Millis): Answer {
  const struckAs = new Map(injections.map((injection) => [injection.alias, injection]));
  const resolve = (name: string): string => struckAs.get(name)?.struck[0] ?? name;
  const { truth, detect } = scenario;
  return {
    schema: 'lab.answer/v1',
    verdict: truth.verdict,
    causes: truth.causes.map(({ accept, ...cause }) => ({
      ...cause,
      component: resolve(cause.component),
      onsetMs: struckAs.get(cause.component)?.fromMs ?? injections[0]?.fromMs ?? startMs,
      accept: accept.map((other) => ({ ...other, component: resolve(other.component) })),
    })),
    impact: truth.impact.map((each) => ({ ...each, component: resolve(each.component) })),
    lookalikes: truth.lookalikes.map((each) => ({ ...each, component: resolve(each.component) })),
    actions: truth.actions,
    detect: detect ? { invariant: detect.invariant, component: resolve(detect.component), withinMs: parseSpan(detect.within) ?? 0 } : null,
    nodes: nodes.map(({ id, role, host, aliases }) => ({ id, role, host, aliases: [...aliases] })),
    faults: injections.map(({ alias, fault, struck, fromMs, toMs, paint }) => ({ alias, fault, struck: [...struck], fromMs, toMs, label: paint.label, colour: paint.colour })),
  };
}
