import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import { causeKinds } from '../../src/diagnosis/vocabulary.ts';
import { oracleName, scoreFloors, withDiagnosis } from './floors.ts';
import { healthyBundle, injectedMs, literalBundle } from './literal-bundle.test-kit.ts';
import { oracle } from './oracle.ts';
import { score } from './scorecard.ts';

const partition = literalBundle({
  answer: {
    causes: [{ component: 'tikv-3', kind: 'network-partition', scope: 'full', onsetMs: injectedMs, accept: [] }],
    lookalikes: [{ component: 'tikv-3', kind: 'process-crash', ruledOutBy: 'it logged elections meanwhile' }],
    actions: { recommended: ['heal-network'], acceptable: [], harmful: ['delete-store'] },
  },
});
const bundles = [['a killed store', literalBundle()], ['a partition', partition], ['a healthy cluster', healthyBundle()]] as const;

describe.each(bundles)('on %s', (_name, bundle) => {
  it('no floor passes: neither guessing, nor naming everything, nor repeating the ticket, nor inventing evidence', () => {
    const floors = scoreFloors(bundle).filter((each) => each.name !== oracleName);
    expect(floors.map((each) => each.name)).toEqual(['constant guesser', 'shotgun', 'parrot', 'most frequent cause', 'fabricator', 'cheater']);
    expect(floors.filter((each) => each.scorecard.verdict !== 'FAIL' || each.scorecard.headline)).toEqual([]);
    expect(floors.find((each) => each.name === 'fabricator')?.scorecard.failureClass).toBe('fabricated evidence');
  });

  it('the oracle passes with every point that there is', () => {
    const ceiling = scoreFloors(bundle).find((each) => each.name === oracleName)?.scorecard;
    expect(ceiling).toMatchObject({ verdict: 'PASS', score: 100, failureClass: null });
  });
});

it('the oracle passes even where the agent crashed before it looked at anything', () => {
  const bundle = { ...literalBundle({ run: { state: 'agent-error' } }), transcript: [] };
  expect(scoreFloors(bundle).at(-1)).toMatchObject({ name: oracleName, scorecard: { verdict: 'PASS', score: 100 } });
});

it('each floor answers in its own way', () => {
  const said = Object.fromEntries(scoreFloors(literalBundle(), 'disk-slow').map((each) => [each.name, each.scorecard.said]));
  expect(said).toMatchObject({
    'constant guesser': 'tikv-1 process-crash',
    shotgun: 'pd-1 process-crash, tikv-1 disk-slow, tikv-2 network-partition and 5 more',
    parrot: 'tikv-2 process-crash',
    'most frequent cause': 'tikv-2 disk-slow',
    fabricator: 'tikv-2 process-crash',
    oracle: 'tikv-2 process-crash',
  });
  expect(scoreFloors(healthyBundle()).find((each) => each.name === 'parrot')?.scorecard.said).toBe('healthy');
});

it('floors are not asked where the run has no valid incident', () => {
  expect(scoreFloors(literalBundle({ run: { state: 'invalid-injection' } }))).toEqual([]);
  expect(scoreFloors({ ...literalBundle(), answer: null })).toEqual([]);
});

describe('whatever is said wrongly, with the best of evidence', () => {
  const right = oracle(literalBundle());
  const truth = right.rootCauses[0] as Diagnosis['rootCauses'][number];
  const component = fc.constantFrom('pd-1', 'tikv-1', 'tikv-2', 'tikv-3', 'pd', 'tikv', 'clients', 'cluster', 'region-12', 'store 4', '10.77.0.22:20160', 'nonsense');
  const anyCause = fc.record({ component, kind: fc.constantFrom(...causeKinds), mechanism: fc.constant('so'), onset: fc.integer({ min: injectedMs - 900_000, max: injectedMs + 900_000 }) });
  const isTrue = (cause: { component: string; kind: string }) => cause.kind === truth.kind && ['tikv-2', 'store 4', '10.77.0.22:20160'].includes(cause.component);
  const isFalse = (cause: { component: string; kind: string }) => cause.kind !== 'none' && !isTrue(cause);
  const verdictOf = (change: Partial<Diagnosis>) => score(withDiagnosis(literalBundle(), { ...right, ...change })).verdict;

  it('a diagnosis that does not name the cause, or names a false one beside it, never passes', () => {
    fc.assert(
      fc.property(fc.array(anyCause, { maxLength: 8 }), (rootCauses) => {
        fc.pre(!rootCauses.some(isTrue) || rootCauses.some(isFalse));
        expect(verdictOf({ rootCauses })).toBe('FAIL');
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('the order of causes, a second naming of the true one and the word none change nothing', () => {
    const spare: Diagnosis['rootCauses'] = [truth, { ...truth, component: 'store 4' }, { ...truth, component: 'cluster', kind: 'none' }];
    fc.assert(
      fc.property(fc.shuffledSubarray(spare, { minLength: 1 }), (rootCauses) => {
        fc.pre(rootCauses.some(isTrue));
        expect(verdictOf({ rootCauses })).toBe('PASS');
      }),
      { seed: 4 },
    );
  });

  it('one invented citation spoils any number of true ones', () => {
    const invented = fc.record({ id: fc.constant('E99'), claim: fc.constant('so'), observation: fc.integer({ min: 4, max: 9_999 }).map((n) => `O${n}`), path: fc.constantFrom('', '/result/0/value/1', '/matched') });
    fc.assert(
      fc.property(invented, fc.nat({ max: 3 }), (entry, at) => {
        expect(verdictOf({ evidence: right.evidence.toSpliced(at, 0, entry) })).toBe('FAIL');
      }),
      { seed: 4 },
    );
  });

  it('points stay within what is possible, and the score within 100', () => {
    fc.assert(
      fc.property(fc.array(anyCause, { maxLength: 8 }), fc.constantFrom('fault' as const, 'healthy' as const, 'insufficient-evidence' as const), (rootCauses, verdict) => {
        const scorecard = score(withDiagnosis(literalBundle(), { ...right, rootCauses, verdict }));
        for (const each of scorecard.criteria) expect(each.earned === null || (each.earned >= 0 && each.earned <= each.possible)).toBe(true);
        expect(scorecard.score).toBeGreaterThanOrEqual(0);
        expect(scorecard.score).toBeLessThanOrEqual(100);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
