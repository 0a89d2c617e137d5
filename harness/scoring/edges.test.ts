import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/contract.ts';
import type { Answer, TranscriptEntry } from '../history/bundle.ts';
import { withDiagnosis } from './floors.ts';
import { healthyBundle, injectedMs, literalBundle } from './literal-bundle.test-kit.ts';
import { oracle, shownToOracle } from './oracle.ts';
import { score } from './scorecard.ts';

const right = literalBundle().history.find((event) => event.kind === 'diagnosis-submitted')?.diagnosis as Diagnosis;
const cause = right.rootCauses[0] as Diagnosis['rootCauses'][number];
const trueCause = literalBundle().answer.causes[0] as Answer['causes'][number];
const points = (scorecard: ReturnType<typeof score>, name: string) => scorecard.criteria.find((each) => each.name === name)?.earned;
const seen = (tool: string, args: object, answer: object): TranscriptEntry => ({ kind: 'observation', id: 'O1', tool, args: { ...args }, atMs: injectedMs, ok: true, answer: { ...answer } });

describe('an incident that nobody could explain', () => {
  const unknowable = { verdict: 'insufficient-evidence' as const, causes: [], lookalikes: [], impact: [], actions: { recommended: [], acceptable: [], harmful: [] } };
  const say = (diagnosis: Partial<Diagnosis>) => score(literalBundle({ answer: unknowable, diagnosis: { rootCauses: [], evidence: [], recommendation: null, ...diagnosis } }));

  it('is rightly left open, even without citations', () => {
    const scorecard = say({ verdict: 'insufficient-evidence' });
    expect(scorecard).toMatchObject({ verdict: 'PASS', score: 100, said: 'not enough evidence to say' });
    expect(points(scorecard, 'grounding')).toBeNull();
  });

  it('is not left open by inventing evidence, naming a cause or calling it healthy', () => {
    expect(say({ verdict: 'insufficient-evidence', evidence: [{ id: 'E1', claim: 'x', observation: 'O99' }] }).failureClass).toBe('fabricated evidence');
    expect(say({ verdict: 'fault', rootCauses: [cause], evidence: right.evidence }).failureClass).toBe('false alarm');
    expect(say({ verdict: 'healthy' })).toMatchObject({ verdict: 'FAIL', failureClass: 'looked, misread' });
    expect(points(say({ verdict: 'healthy' }), 'grounding')).toBe(0);
  });
});

describe('did not look, or looked and misread', () => {
  const blame = (causes: Answer['causes'], transcript: readonly TranscriptEntry[], said: Partial<typeof cause> = { component: 'pd-1', kind: 'control-plane-leader-lost' }) =>
    score({ ...literalBundle({ answer: { causes }, diagnosis: { rootCauses: [{ ...cause, ...said }], evidence: [] } }), transcript }).failureClass;

  it('counts what was asked and what was shown, under any name of the component', () => {
    expect(blame([trueCause], [seen('query', {}, { instance: 'tikv-3:20180' })])).toBe('did not look');
    expect(blame([trueCause], [seen('query', {}, { instance: 'tikv-22:20180' })])).toBe('did not look');
    expect(blame([trueCause], [seen('query', {}, { instance: '10.77.0.22:20180' })])).toBe('looked, misread');
    expect(blame([trueCause], [seen('search_logs', { node: 'tikv-2' }, {})])).toBe('looked, misread');
  });

  it('does not count what was handed over anyway', () => {
    expect(blame([trueCause], [seen('topology', {}, { nodes: ['tikv-2'] }), seen('tickets', {}, { component: 'tikv-2' })])).toBe('did not look');
  });

  it('of a group is a look at any member, of clients any look at all', () => {
    const said = { component: 'tikv-1', kind: 'disk-slow' as const };
    const pd = { ...trueCause, component: 'pd', kind: 'scheduling-misconfigured' as const };
    expect(blame([pd], [seen('control_plane', { node: 'pd-1' }, {})], said)).toBe('looked, misread');
    expect(blame([pd], [seen('query', {}, { instance: 'tikv-1' })], said)).toBe('did not look');
    expect(blame([{ ...trueCause, component: 'clients', kind: 'overload' }], [seen('query', {}, {})], said)).toBe('looked, misread');
  });

  it('calls another node of the same role, or the right kind elsewhere, the right area', () => {
    const transcript = literalBundle().transcript;
    expect(blame([trueCause], transcript, { component: 'tikv-3', kind: 'disk-slow' })).toBe('right area, wrong component');
    expect(blame([trueCause], transcript, { component: 'pd-1', kind: 'process-crash' })).toBe('right area, wrong component');
    expect(blame([trueCause, { ...trueCause, component: 'pd-1', kind: 'clock-skew' }], transcript, { component: 'tikv-3', kind: 'clock-skew' })).toBe('right area, wrong component');
    expect(blame([trueCause], transcript, { component: 'pd-1', kind: 'clock-skew' })).toBe('looked, misread');
  });
});

describe('several causes', () => {
  const second: Answer['causes'][number] = { component: 'tikv-3', kind: 'disk-slow', onsetMs: injectedMs, accept: [{ component: 'tikv-3', kind: 'disk-stalled' }] };
  const say = (rootCauses: Diagnosis['rootCauses']) => score(literalBundle({ answer: { causes: [trueCause, second] }, diagnosis: { rootCauses } }));
  const slow = { ...cause, component: 'tikv-3', kind: 'disk-slow' as const };

  it('pass when all are named, in any order, with or without an accepted double', () => {
    for (const said of [[cause, slow], [slow, cause], [slow, cause, { ...slow, kind: 'disk-stalled' as const }]]) expect(say(said)).toMatchObject({ verdict: 'PASS', score: 100 });
  });

  it('earn half when one of two is named', () => {
    const scorecard = say([cause]);
    expect(scorecard).toMatchObject({ verdict: 'FAIL', expected: 'tikv-2 process-crash and tikv-3 disk-slow' });
    expect([points(scorecard, 'component'), points(scorecard, 'cause')]).toEqual([10, 10]);
  });

  it('earn half when one of two is wrong: a mistake counts once', () => {
    const scorecard = say([cause, { ...cause, component: 'pd-1', kind: 'clock-skew' }]);
    expect([points(scorecard, 'component'), points(scorecard, 'cause')]).toEqual([10, 10]);
  });
});

it('a cause of which nothing is right is paired with nothing', () => {
  const scorecard = score(literalBundle({ diagnosis: { rootCauses: [{ ...cause, component: 'pd-1', kind: 'clock-skew' }] } }));
  expect([points(scorecard, 'component'), points(scorecard, 'cause'), scorecard.headline]).toEqual([0, 0, false]);
});

describe('a healthy cluster', () => {
  const advise = (name: string) => points(score(healthyBundle({ options: [{ action: { name }, benefits: '', risks: '', reversible: true }], recommendation: { option: 0, rationale: '', verifyBy: '' } })), 'recommendation');

  it('should be left alone', () => expect([advise('wait-and-watch'), advise('restart-store')]).toEqual([null, 3]));

  it('with a planned stop: a planned stop of another store is an invention', () => {
    const answer: Partial<Answer> = { verdict: 'healthy', causes: [{ ...trueCause, kind: 'planned-stop' }], lookalikes: [], impact: [] };
    const say = (rootCauses: Diagnosis['rootCauses']) => score(literalBundle({ answer, diagnosis: { verdict: 'healthy', rootCauses } }));
    const stop = { ...cause, kind: 'planned-stop' as const };
    expect(points(say([stop]), 'component')).toBe(20);
    for (const invented of [[{ ...stop, component: 'tikv-3' }], [stop, { ...stop, component: 'tikv-3' }]]) {
      expect(say(invented)).toMatchObject({ verdict: 'FAIL', failureClass: 'looked, misread' });
      expect(points(say(invented), 'component')).toBe(0);
    }
  });
});

describe('citations', () => {
  const cite = (...entries: Partial<Diagnosis['evidence'][number]>[]) =>
    score(literalBundle({ diagnosis: { evidence: [...right.evidence, ...entries.map((entry) => ({ id: 'E4', claim: 'x', observation: 'O2', ...entry }))] } }));

  it('of a shown value at a mistyped place are slips, whether they assert a threshold, nothing, or a text', () => {
    for (const entry of [{ path: '/typo', asserts: { op: 'gt' as const, value: 1 } }, { path: '/typo' }, { path: '/typo', asserts: { op: 'contains' as const, value: 'unreachable' } }]) {
      expect(cite(entry)).toMatchObject({ verdict: 'PASS', failureClass: null });
    }
    expect(cite({ observation: 'O1', path: '/typo', asserts: { op: 'eq', value: 0 } })).toMatchObject({ verdict: 'PASS', failureClass: null });
    expect(cite({ path: '/typo', asserts: { op: 'contains', value: 'never written' } })).toMatchObject({ failureClass: 'fabricated evidence' });
  });

  it('that are true of every answer and name nobody do not carry a blame', () => {
    const beside = { id: 'E1', claim: 'a query has a type', observation: 'O4', path: '/resultType', asserts: { op: 'eq' as const, value: 'vector' } };
    const about = { id: 'E2', claim: 'it is down', observation: 'O4', path: '/result/0/value/1', asserts: { op: 'eq' as const, value: 0 } };
    const answer = { resultType: 'vector', result: [{ metric: { instance: 'tikv-2:20180' }, value: [injectedMs / 1000 + 5, '0'] }, { metric: { instance: 'tikv-3:20180' }, value: [injectedMs / 1000 + 5, '1'] }] };
    const say = (evidence: Diagnosis['evidence'], args = {}) =>
      score({ ...literalBundle({ diagnosis: { evidence } }), transcript: [{ ...seen('query', args, answer), id: 'O4' } as TranscriptEntry] });
    expect(say([beside])).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck', because: 'the answer is right, but none of the 1 citations that match is about tikv-2' });
    expect(points(say([beside]), 'grounding')).toBe(7.5);
    expect(say([{ ...about, path: '/result/1/value/1', asserts: { op: 'eq', value: 1 } }]).verdict).toBe('FAIL');
    const ticket = score({ ...literalBundle({ diagnosis: { evidence: [about] } }), transcript: [{ ...seen('tickets', {}, answer), id: 'O4' } as TranscriptEntry] });
    expect(ticket).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck' });
    const asked = { promql: 'up{instance="10.77.0.22:20180"}' };
    expect([say([beside, about]).verdict, say([about]).verdict, say([{ ...about, path: '/result/1/value/1', asserts: { op: 'eq', value: 1 } }], asked).verdict]).toEqual(['PASS', 'PASS', 'PASS']);
    expect(say([beside], asked).failureClass).toBe('correct by luck');
  });

  it('of a name, of a label, or of a time when nothing was wrong yet do not carry a blame either', () => {
    const answer = { result: [{ metric: { instance: '10.77.0.22:20160', state: 'gone' }, values: [[injectedMs / 1000 - 60, '1'], [injectedMs / 1000 + 5, '0']] }] };
    const say = (path: string, value: string | number) =>
      score({ ...literalBundle({ diagnosis: { evidence: [{ id: 'E1', claim: 'x', observation: 'O1', path, asserts: { op: 'eq', value } }] } }), transcript: [seen('query_range', {}, answer)] }).verdict;
    expect(say('/result/0/metric/instance', '10.77.0.22:20160')).toBe('FAIL');
    expect(say('/result/0/metric/state', 'gone')).toBe('FAIL');
    expect(say('/result/0/values/0/1', 1)).toBe('FAIL');
  });

  it('of a number that was shown nowhere are inventions, of a number misread by a little are slips', () => {
    const number = (value: number | string) => cite({ path: '/matched', asserts: { op: 'eq', value } }).failureClass;
    expect([number(4_711), number(-12), number(0)]).toEqual(Array(3).fill('fabricated evidence'));
    expect([number(15), number(9), number('12')]).toEqual([null, null, null]);
  });

  it('that fail as often as they match carry nothing', () => {
    const differs = { path: '/matched', asserts: { op: 'eq' as const, value: 15 } };
    expect(cite(differs, differs)).toMatchObject({ verdict: 'PASS' });
    expect(cite(differs, differs, differs)).toMatchObject({ verdict: 'FAIL', failureClass: 'correct by luck' });
  });

  it('of a thing that is missing where it could have been do count', () => {
    expect(points(cite({ path: '/nothing-of-the-kind', asserts: { op: 'absent' } }), 'grounding')).toBe(15);
    expect(points(cite({ path: '/lines', asserts: { op: 'exists' } }), 'grounding')).toBe(15);
  });

  it('of a whole answer keep the card small', () => {
    const transcript = [...literalBundle().transcript, { ...seen('query', {}, { text: 'x'.repeat(10_000) }), id: 'O4' } as TranscriptEntry];
    const evidence = [...right.evidence, { id: 'E4', claim: 'x', observation: 'O4', path: '', asserts: { op: 'contains' as const, value: 'xxx' } }];
    const checks = score({ ...literalBundle({ diagnosis: { evidence } }), transcript }).evidence;
    expect(checks.at(-1)).toMatchObject({ id: 'E4', check: 'matches' });
    expect(JSON.stringify(checks).length).toBeLessThan(2_000);
  });
});

describe('the oracle', () => {
  it('names scope and resource where the truth has them', () => {
    const causes: Answer['causes'] = [{ ...trueCause, kind: 'network-partition', scope: 'one-way' }, { ...trueCause, component: 'tikv-3', kind: 'quota-exhausted', resource: 'conntrack' }];
    expect(oracle(literalBundle({ answer: { causes } })).rootCauses).toMatchObject([{ scope: 'one-way' }, { resource: 'conntrack' }]);
    expect(oracle(literalBundle()).rootCauses[0]).not.toHaveProperty('scope');
  });

  it('cites only what was shown, answers about the struck store first', () => {
    const { evidence } = oracle({ ...literalBundle(), transcript: [seen('query', {}, { a: null, 'b/c': [3] }), { ...seen('query', {}, { up: false, of: 'tikv-2' }), id: 'O2' } as TranscriptEntry] });
    expect(evidence.map((each) => [each.observation, each.path, each.asserts?.value])).toEqual([['O2', '/up', false], ['O1', '/b~1c/0', 3]]);
    expect(score(withDiagnosis(literalBundle(), oracle(literalBundle()))).criteria.find((each) => each.name === 'grounding')?.earned).toBe(15);
  });

  it('that has nothing to cite looks at the truth, as an observation of its own', () => {
    const failed: TranscriptEntry = { ...seen('query', {}, { error: 'refused' }), ok: false } as TranscriptEntry;
    expect(shownToOracle([failed], literalBundle().answer).map((entry) => (entry.kind === 'observation' ? entry.id : ''))).toEqual(['O1', 'O2']);
  });
});

describe('a right answer that is not enough', () => {
  const say = (diagnosis: Partial<Diagnosis>) => score(literalBundle({ diagnosis }));
  const dated = (offMs: number) => say({ rootCauses: [{ ...cause, onset: injectedMs + offMs }] });

  it('is dated to another time', () => {
    expect(dated(-3_600_000)).toMatchObject({ verdict: 'FAIL', failureClass: 'right cause, wrong time', because: expect.stringContaining('another time') });
    expect(dated(200_000).verdict).toBe('FAIL');
    expect([dated(-240_000).verdict, dated(100_000).verdict]).toEqual(['PASS', 'PASS']);
  });

  it('considered nothing else, or threw it out on nothing', () => {
    expect(say({ hypotheses: [] })).toMatchObject({ verdict: 'FAIL', failureClass: 'no alternatives' });
    expect(say({ hypotheses: right.hypotheses.map((each) => ({ ...each, evidence: [] })) }).failureClass).toBe('no alternatives');
  });

  it('has more beside it, or lacks one of two causes', () => {
    expect(say({ rootCauses: [cause, { ...cause, component: 'tikv-3', kind: 'disk-slow' }] }).failureClass).toBe('blamed too much');
    const two = { answer: { causes: [trueCause, { ...trueCause, component: 'tikv-3', kind: 'disk-slow' as const }] } };
    expect(score(literalBundle(two)).failureClass).toBe('found only a part');
  });
});

describe('told beside the points', () => {
  const line = (name: string, diagnosis: Partial<Diagnosis> = {}) => score(literalBundle({ diagnosis })).criteria.find((each) => each.name === name);

  it('is how sure the answer was', () => {
    expect(line('calibration')).toMatchObject({ earned: 0, possible: 0, verdict: 'pass', reason: 'said 90 %, and was right: squared error 0.01, a coin has 0.25' });
    expect(line('calibration', { verdict: 'healthy', rootCauses: [] })).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('was wrong: squared error 0.81') });
  });

  it('is what it took', () => expect(line('cost')?.reason).toBe('3 tool calls'));
});

it('what concerns everybody may be told from any node, whichever accepted reading is said', () => {
  const everybody = { ...trueCause, component: 'clients', kind: 'overload' as const, accept: [{ component: 'tikv', kind: 'overload' as const }] };
  const about = { id: 'E1', claim: 'a queue grew', observation: 'O3', path: '/body/stores/0/store/state_name', asserts: { op: 'eq' as const, value: 'Disconnected' } };
  for (const component of ['clients', 'tikv']) {
    expect(score(literalBundle({ answer: { causes: [everybody] }, diagnosis: { rootCauses: [{ ...cause, component, kind: 'overload' }], evidence: [about] } })).verdict).toBe('PASS');
  }
});
