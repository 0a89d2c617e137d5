import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import { withDiagnosis } from './floors.ts';
import { healthyBundle, injectedMs, literalBundle } from './literal-bundle.test-kit.ts';
import { score } from './scorecard.ts';

const right = literalBundle().history.find((event) => event.kind === 'diagnosis-submitted')?.diagnosis as Diagnosis;
const cause = right.rootCauses[0] as Diagnosis['rootCauses'][number];
const scoreOf = (diagnosis: Partial<Diagnosis>) => score(literalBundle({ diagnosis }));
const line = (scorecard: ReturnType<typeof score>, name: string) => scorecard.criteria.find((each) => each.name === name);

describe('a right diagnosis', () => {
  it('passes with all 100 points, and every point has a reason', () => {
    const scorecard = score(literalBundle());
    expect(scorecard).toMatchObject({ verdict: 'PASS', score: 100, headline: true, failureClass: null, said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash' });
    expect(scorecard.criteria.map((each) => [each.name, each.possible])).toEqual([
      ['verdict', 10], ['component', 20], ['cause', 20], ['onset', 5], ['impact', 5], ['grounding', 15], ['differential', 10], ['recommendation', 10], ['calibration', 0], ['cost', 0], ['detection', 5],
    ]);
    expect(scorecard.criteria.every((each) => each.reason !== '')).toBe(true);
  });

  it.each(['10.77.0.22:20160', '10.77.0.22', 'store-4', 'store 4', 'STORE 4', 'TiKV-2', ' tikv-2 ', 'tikv-2:20180', 'tikv-2 (store 4)', 'node tikv-2 / 10.77.0.22:20160', 'http://10.77.0.22:20180'])(
    'may call the store %j', (component) => {
      expect(scoreOf({ rootCauses: [{ ...cause, component }] })).toMatchObject({ verdict: 'PASS', score: 100 });
    });

  it('is not judged by its prose: other words for the same thing score the same', () => {
    const paraphrase: Partial<Diagnosis> = {
      summary: 'Exactly one storage node is gone.',
      rootCauses: [{ ...cause, mechanism: 'somebody pulled the plug' }],
      evidence: right.evidence.map((each) => ({ ...each, claim: 'see there' })),
      hypotheses: right.hypotheses.map((each) => ({ ...each, because: 'no' })),
      recommendation: { option: 0, rationale: '', verifyBy: '' },
    };
    expect({ ...scoreOf(paraphrase), evidence: [] }).toEqual({ ...score(literalBundle()), evidence: [] });
  });

  it('may give an equivalent that the scenario accepts, alone or beside the cause', () => {
    const causes = [{ component: 'tikv-2', kind: 'process-crash' as const, onsetMs: injectedMs, accept: [{ component: 'tikv-2', kind: 'process-restarting' as const }] }];
    const other = { ...cause, kind: 'process-restarting' as const };
    for (const rootCauses of [[other], [cause, other]]) expect(score(literalBundle({ answer: { causes }, diagnosis: { rootCauses } }))).toMatchObject({ verdict: 'PASS', score: 100 });
  });
});

describe('a wrong diagnosis fails, and the card says which part was wrong', () => {
  it('blames another store: the component criterion', () => {
    const scorecard = scoreOf({ rootCauses: [{ ...cause, component: 'tikv-3' }] });
    expect(scorecard).toMatchObject({ verdict: 'FAIL', failureClass: 'right area, wrong component', said: 'tikv-3 process-crash', because: 'blamed tikv-3, truth was tikv-2' });
    expect(line(scorecard, 'component')).toMatchObject({ earned: 0, verdict: 'fail' });
    expect(line(scorecard, 'cause')).toMatchObject({ verdict: 'pass' });
  });

  it('names another kind of cause: the cause criterion', () => {
    const scorecard = scoreOf({ rootCauses: [{ ...cause, kind: 'process-hang' }] });
    expect(scorecard).toMatchObject({ verdict: 'FAIL', failureClass: 'looked, misread', because: 'said process-hang, truth was process-crash' });
    expect(line(scorecard, 'component')).toMatchObject({ earned: 20 });
    expect(line(scorecard, 'cause')).toMatchObject({ earned: 0 });
  });

  it('adds a false cause to the true one: no headline, and the blame is shared out', () => {
    const scorecard = scoreOf({ rootCauses: [cause, { ...cause, component: 'pd-1', kind: 'control-plane-leader-lost' }] });
    expect(scorecard).toMatchObject({ verdict: 'FAIL', headline: false });
    expect(line(scorecard, 'component')).toMatchObject({ earned: 10, verdict: 'partial' });
    expect(line(scorecard, 'cause')).toMatchObject({ earned: 10, verdict: 'partial' });
  });

  it('swaps the kinds of two true causes: each word is right and the answer is wrong', () => {
    const causes = [
      { component: 'tikv-2', kind: 'process-crash' as const, onsetMs: injectedMs, accept: [] },
      { component: 'tikv-3', kind: 'disk-slow' as const, onsetMs: injectedMs, accept: [] },
    ];
    const swapped = [{ ...cause, kind: 'disk-slow' as const }, { ...cause, component: 'tikv-3' }];
    expect(score(literalBundle({ answer: { causes }, diagnosis: { rootCauses: swapped } }))).toMatchObject({ verdict: 'FAIL', headline: false });
  });

  it('cites an observation that was never shown: made up, whatever the answer', () => {
    const scorecard = scoreOf({ evidence: [...right.evidence, { id: 'E4', claim: 'it hung', observation: 'O77', path: '/x', asserts: { op: 'eq', value: 3 } }] });
    expect(scorecard).toMatchObject({ verdict: 'FAIL', failureClass: 'fabricated evidence', headline: false });
    expect(line(scorecard, 'grounding')).toMatchObject({ earned: 0 });
    expect(scorecard.because).toContain('O77 was never shown');
  });

  it('cites a value that its observation nowhere holds: made up; a mistyped path to a shown value is only a slip', () => {
    const cite = (value: number) => scoreOf({ evidence: [...right.evidence, { id: 'E4', claim: 'lines', observation: 'O2', path: '/typo', asserts: { op: 'eq', value } }] });
    expect(cite(999)).toMatchObject({ verdict: 'FAIL', failureClass: 'fabricated evidence' });
    expect(cite(12)).toMatchObject({ verdict: 'PASS', failureClass: null });
    expect(line(cite(12), 'grounding')).toMatchObject({ earned: 11.3, verdict: 'partial' });
  });

  it('is right without any evidence, or on evidence that differs: correct by luck', () => {
    const differing = right.evidence.map((each) => ({ ...each, asserts: { op: 'lt' as const, value: -1 } }));
    for (const evidence of [[], differing]) expect(scoreOf({ evidence })).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck', headline: false });
  });

  it('supports itself by assertions that hold of any answer: they do not count', () => {
    const evidence = [{ id: 'E1', claim: 'a', observation: 'O1', asserts: { op: 'exists' as const } }, { id: 'E2', claim: 'b', observation: 'O1', path: '/no/such', asserts: { op: 'absent' as const } }];
    expect(scoreOf({ evidence })).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck' });
  });

  it('recommends what does harm: fails though the cause is right', () => {
    const scorecard = scoreOf({ recommendation: { option: 1, rationale: 'clean', verifyBy: 'gone' } });
    expect(scorecard).toMatchObject({ verdict: 'FAIL', failureClass: 'right cause, wrong action', because: 'the answer is right, but delete-store does harm here; restart-store was right' });
    expect(line(scorecard, 'recommendation')).toMatchObject({ earned: 0 });
  });

  it('gives up, or calls a dead store healthy', () => {
    expect(scoreOf({ verdict: 'insufficient-evidence', rootCauses: [] })).toMatchObject({ verdict: 'FAIL', failureClass: 'gave up' });
    expect(scoreOf({ verdict: 'healthy', rootCauses: [] })).toMatchObject({ verdict: 'FAIL', failureClass: 'looked, misread' });
    expect(score({ ...literalBundle({ diagnosis: { verdict: 'healthy', rootCauses: [], evidence: [] } }), transcript: [] })).toMatchObject({ failureClass: 'did not look' });
  });
});

describe('a healthy cluster', () => {
  it('is right to be called healthy, and only what can be judged counts', () => {
    const scorecard = score(healthyBundle());
    expect(scorecard).toMatchObject({ verdict: 'PASS', score: 100, expected: 'healthy' });
    expect(scorecard.criteria.filter((each) => each.earned === null).map((each) => each.name)).toEqual(['onset', 'impact', 'differential', 'recommendation']);
  });

  it('is a false alarm when a cause is blamed, and luck when nothing was looked at', () => {
    expect(score(healthyBundle({ verdict: 'fault', rootCauses: [cause] }))).toMatchObject({ verdict: 'FAIL', failureClass: 'false alarm' });
    expect(score(healthyBundle({ evidence: [] }))).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck' });
  });

  it('with a planned stop may be explained by it, or left unexplained, but not by a crash', () => {
    const answer = { verdict: 'healthy' as const, causes: [{ component: 'tikv-2', kind: 'planned-stop' as const, onsetMs: injectedMs, accept: [] }], lookalikes: [], impact: [] };
    const say = (rootCauses: Diagnosis['rootCauses']) => score(literalBundle({ answer, diagnosis: { verdict: 'healthy', rootCauses } })).verdict;
    expect([say([]), say([{ ...cause, kind: 'planned-stop' }]), say([cause])]).toEqual(['PASS', 'PASS', 'FAIL']);
  });
});

describe('a run that was not judged', () => {
  it.each([
    ['invalid-injection', 'INCONCLUSIVE'], ['no-symptom', 'INCONCLUSIVE'], ['infra-error', 'ERROR'], ['interrupted', 'INTERRUPTED'], ['running', 'INTERRUPTED'],
  ] as const)('%s is %s without a score', (state, verdict) => {
    const scorecard = score(literalBundle({ run: { state, because: 'for a reason' } }));
    expect(scorecard).toMatchObject({ verdict, score: null, headline: false, because: 'for a reason' });
    expect(scorecard.criteria.every((each) => each.verdict === 'unknown')).toBe(true);
  });

  it('without a truth is an error, never a pass', () => {
    expect(score({ ...literalBundle(), answer: null })).toMatchObject({ verdict: 'ERROR', score: null });
  });

  it.each([['AGENT_CRASHED', 'agent crashed'], ['AGENT_TIMEOUT', 'agent hung'], ['AGENT_GARBAGE', 'agent spoke garbage'], ['AGENT_REFUSED', 'agent refused'], ['AGENT_BUDGET', 'out of budget']])(
    '%s is a failed diagnosis of that agent: %s', (code, failureClass) => {
      const bundle = literalBundle({ run: { state: 'agent-error', because: 'exit 3' } });
      const failure: HistoryEvent = { kind: 'diagnosis-failed', seq: 3, atMs: injectedMs, failure: { code, because: 'it exited with 3' } };
      const scorecard = score({ ...bundle, history: [...bundle.history.slice(0, 3), failure] });
      expect(scorecard).toMatchObject({ verdict: 'FAIL', failureClass, score: 5, said: `nothing: ${failureClass}`, because: `${failureClass}: it exited with 3 (${code})` });
    });

  it('keeps a criterion that throws unknown, and judges the others', () => {
    const broken = withDiagnosis(literalBundle(), { ...right, impact: null as unknown as Diagnosis['impact'] });
    const scorecard = score(broken);
    expect(line(scorecard, 'impact')).toMatchObject({ earned: null, verdict: 'unknown' });
    expect(line(scorecard, 'impact')?.reason).toMatch(/^could not be judged: /);
    expect(scorecard.score).toBe(100);
  });
});
