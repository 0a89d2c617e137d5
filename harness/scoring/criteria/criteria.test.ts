import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/diagnosis/contract.ts';
import type { Answer } from '../../history/bundle.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { applyRule, openCase, type Rule } from '../case.ts';
import { injectedMs, literalBundle } from '../literal-bundle.test-kit.ts';
import { cause } from './cause.ts';
import { component } from './component.ts';
import { detection } from './detection.ts';
import { differential } from './differential.ts';
import { impact } from './impact.ts';
import { onset } from './onset.ts';
import { recommendation } from './recommendation.ts';

const right = literalBundle().history.find((event) => event.kind === 'diagnosis-submitted')?.diagnosis as Diagnosis;
const rootCause = right.rootCauses[0] as Diagnosis['rootCauses'][number];

function judge(rule: Rule, diagnosis: Partial<Diagnosis>, answer: Partial<Answer> = {}) {
  const bundle = literalBundle({ answer });
  return applyRule(rule, openCase(bundle, bundle.answer, { ...right, ...diagnosis }));
}

describe('onset', () => {
  // The answer was handed in 80 s after the fault, so 30 s is the wider tolerance.
  it.each([[0, 5], [30, 5], [-30, 5], [31, 2.5], [60, 2.5], [61, 0], [-61, 0]])('%i s off earns %d of 5', (offSeconds, earned) => {
    expect(judge(onset, { rootCauses: [{ ...rootCause, onset: injectedMs + offSeconds * 1_000 }] }).earned).toBe(earned);
  });

  it('says how far off it was and what was allowed', () => {
    expect(judge(onset, { rootCauses: [{ ...rootCause, onset: injectedMs + 45_000 }] }).reason).toBe('said 45 s after it began, allowed 30 s');
  });
});

describe('cause', () => {
  const answer = { causes: [{ component: 'tikv-2', kind: 'network-partition' as const, scope: 'full', onsetMs: injectedMs, accept: [] }] };
  const said = (scope?: 'full' | 'peers-only') => judge(cause, { rootCauses: [{ ...rootCause, kind: 'network-partition', ...(scope && { scope }) }] }, answer);

  it('counts a partition of the wrong scope as half right, and an unstated scope as right', () => {
    expect([said('full').earned, said().earned, said('peers-only').earned]).toEqual([20, 20, 10]);
    expect(said('peers-only').reason).toBe('said network-partition (peers-only), truth was network-partition (full)');
  });
});

describe('component', () => {
  it('pays less the more is blamed beside the true one', () => {
    const others = ['tikv-1', 'tikv-3', 'pd-1'];
    const earned = [0, 1, 2, 3].map((count) => judge(component, { rootCauses: [rootCause, ...others.slice(0, count).map((name) => ({ ...rootCause, component: name }))] }).earned);
    expect(earned).toEqual([20, 10, 6.7, 5]);
  });
});

describe('impact', () => {
  it('wants the names of those who suffer', () => {
    expect(judge(impact, { impact: [] })).toMatchObject({ earned: 0, reason: 'did not name clients; named nothing' });
    expect(judge(impact, {}, { impact: [] })).toMatchObject({ earned: null, verdict: 'unknown' });
  });
});

describe('differential', () => {
  const [hang, partition] = right.hypotheses as [Diagnosis['hypotheses'][number], Diagnosis['hypotheses'][number]];
  it.each([
    ['was never considered', [hang]],
    ['was rejected without evidence that holds', [hang, { ...partition, evidence: [] }]],
    ['was left open', [hang, { ...partition, verdict: 'open' as const }]],
    ['was accepted', [hang, { ...partition, verdict: 'accepted' as const }]],
  ])('half the points when one of two look-alikes %s', (fate, hypotheses) => {
    expect(judge(differential, { hypotheses })).toMatchObject({ earned: 5, reason: `ruled out 1 of 2 look-alikes: tikv-2 network-partition ${fate}` });
  });

  it('does not accept a citation that differs as a reason to rule out', () => {
    const evidence = right.evidence.map((each) => ({ ...each, asserts: { op: 'eq' as const, value: -1 } }));
    expect(judge(differential, { evidence }).earned).toBe(0);
  });
});

describe('recommendation', () => {
  const recommend = (name: string, target?: string) =>
    judge(recommendation, { options: [{ action: { name, ...(target && { target }) }, benefits: '', risks: '', reversible: true }], recommendation: { option: 0, rationale: '', verifyBy: '' } });

  it.each([['restart-store', 10], ['Restart Store', 10], ['wait-and-watch', 7], ['split-region', 3], ['delete-store', 0]])('%s earns %d of 10', (name, earned) => {
    expect(recommend(name).earned).toBe(earned);
  });

  it('to restart a store that is not at fault earns what an unlisted action does', () => {
    expect(recommend('restart-store', 'store 4').earned).toBe(10);
    expect(recommend('restart-store', 'tikv-3')).toMatchObject({ earned: 3, reason: 'restart-store was aimed at tikv-3, which is not at fault' });
  });

  it('may be aimed anywhere when a group is at fault, and at things that are no nodes', () => {
    const pd: Partial<Answer> = { causes: [{ component: 'pd', kind: 'scheduling-misconfigured', onsetMs: injectedMs, accept: [] }] };
    const options = (target: string) => ({ options: [{ action: { name: 'restart-store', target }, benefits: '', risks: '', reversible: true }], recommendation: { option: 0, rationale: '', verifyBy: '' } });
    expect(judge(recommendation, options('tikv-3'), pd).earned).toBe(10);
    expect(judge(recommendation, options('region-12')).earned).toBe(10);
    expect(judge(recommendation, options('tikv-3'), { causes: [] }).earned).toBe(10);
  });

  it('that points at no option earns nothing, and none counts as waiting', () => {
    expect(judge(recommendation, { recommendation: { option: 9, rationale: '', verifyBy: '' } }).earned).toBe(0);
    expect(judge(recommendation, { recommendation: null })).toMatchObject({ earned: 7 });
    expect(judge(recommendation, { recommendation: null }, { actions: { recommended: ['restart-store'], acceptable: [], harmful: [] } })).toMatchObject({ earned: 0 });
  });
});

describe('detection', () => {
  const opened = (offMs: number, change: { invariant?: string; component?: string } = {}): HistoryEvent => {
    const event = literalBundle().history.find((each) => each.kind === 'ticket-opened');
    if (event?.kind !== 'ticket-opened') throw new Error('the literal bundle has a ticket');
    const ticket = { ...event.ticket, openedAtMs: injectedMs + offMs, ...change };
    return { ...event, atMs: ticket.openedAtMs, ticket: { ...ticket, key: `${ticket.invariant}:${ticket.component}` } };
  };
  const detect = (tickets: HistoryEvent[], answer: Partial<Answer> = {}) => {
    const bundle = literalBundle({ answer });
    return applyRule(detection, { ...openCase(bundle, bundle.answer, right), history: tickets });
  };

  it.each([
    ['in time', [opened(10_000)], 5], ['by its address', [opened(10_000, { component: '10.77.0.22:20160' })], 5], ['at the last moment', [opened(45_000)], 5], ['late', [opened(45_001)], 3], ['for another store', [opened(10_000, { component: 'tikv-3' })], 0],
    ['for another invariant', [opened(10_000, { invariant: 'high-latency' })], 0], ['after one false alarm', [opened(-60_000, { invariant: 'high-latency' }), opened(10_000)], 4], ['never', [], 0],
  ])('a ticket %s', (_when, tickets, earned) => expect(detect(tickets).earned).toBe(earned));

  it('of a role is there with the first ticket of any of its nodes', () => {
    const role = { detect: { invariant: 'store-down', component: 'tikv', withinMs: 45_000 } };
    expect(detect([opened(10_000, { component: 'tikv-3' })], role).earned).toBe(5);
    expect(detect([opened(10_000, { component: 'pd-1' })], role).earned).toBe(0);
  });

  it('is unknown where the scenario names no invariant, and wants silence where nothing is wrong', () => {
    expect(detect([], { detect: null })).toMatchObject({ earned: null });
    const healthy = { verdict: 'healthy' as const, causes: [], faults: [], detect: null };
    expect([detect([], healthy).earned, detect([opened(0)], healthy).earned]).toEqual([5, 0]);
  });
});
