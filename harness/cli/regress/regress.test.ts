import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Baseline, type BaselineTrial, readBaseline, writeBaseline } from './baseline.ts';
import { compare } from './compare.ts';
import { measureGate } from './measure.ts';
import { regressText } from './text.ts';

const pass: BaselineTrial = {
  scenario: 'tikv/a', seed: 1, cluster: 'twin', state: 'scored', verdict: 'PASS', score: 100, failureClass: null,
  said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash', criteria: { verdict: 10, component: 20 }, telemetry: 'f00d',
};
const wrong: Partial<BaselineTrial> = { verdict: 'FAIL', score: 70, failureClass: 'right area, wrong component', said: 'pd-1 process-crash', criteria: { verdict: 10, component: 0 } };

const trialsOf = (scenario: string, count: number, change: (seed: number) => Partial<BaselineTrial> = () => ({})): BaselineTrial[] =>
  Array.from({ length: count }, (_, index) => ({ ...pass, scenario, seed: index + 1, ...change(index + 1) }));
const baselineOf = (trials: BaselineTrial[]): Baseline => ({ schema: 'lab.baseline/v1', diagnostician: { spec: 'rules', name: 'rules', fingerprint: 'rules@1' }, labVersion: '0.1.0', reason: 'first', trials });
const baseline = baselineOf([...trialsOf('tikv/a', 10), ...trialsOf('tikv/b', 10)]);
const textOf = (present: readonly BaselineTrial[], fingerprint = 'rules@1') => regressText(compare(baseline, present), { baseline, fingerprint, spec: 'rules', labVersion: '0.1.0' });

describe('regress', () => {
  it('is content with the same answers', () => {
    const comparison = compare(baseline, baseline.trials);
    expect(comparison).toMatchObject({ exitCode: 0, decision: { state: 'steady' }, unpaired: 0, unrepeated: 0 });
    expect(textOf(baseline.trials)).toMatch(/^OK {2}no worse than the baseline\n/);
  });

  it('fails on a scenario that collapsed, and explains it criterion by criterion', () => {
    const present = [...trialsOf('tikv/a', 10, (seed) => (seed > 1 ? wrong : {})), ...trialsOf('tikv/b', 10)];
    expect(compare(baseline, present).exitCode).toBe(1);
    expect(textOf(present, 'rules@2')).toBe(
      [
        'REGRESSION  significantly worse than the baseline',
        'REGRESSION tikv/a  1/10 (2-40 %), baseline 10/10  (p=0.006 after Holm, limit 0.05)',
        '  changed   component 20 → 0 in 9 runs',
        '  answers   said pd-1 process-crash, truth tikv-2 process-crash [right area, wrong component] (9 times)',
        '  incident  the same, byte for byte',
        '  try       npx lab run tikv/a --seed 2 --diagnostician rules',
        '  try       npx lab run tikv/a --seed 3 --diagnostician rules',
        'REGRESSION all scenarios  11/20 (34-74 %), baseline 20/20  (p=0.006 after Holm, limit 0.05)',
        'steady     tikv/b  10/10 (72-100 %), baseline 10/10  (p=1 after Holm, limit 0.05)',
        '',
        'pairs     20 compared, 0 not judged, 0 unknown to the baseline, 0 of the baseline not repeated',
        'margin    up to 65 % of pairs may have got worse; 134 more pairs, none of them worse, would rule out more than 10 %',
        'inputs    diagnostician rules@1 → rules@2',
        '          lab unchanged (0.1.0); telemetry the same of 20 known',
        'baseline  first',
        '',
      ].join('\n'),
    );
  });

  it('does not cry wolf over one lost trial of ten, and still says so', () => {
    const present = [...trialsOf('tikv/a', 10, (seed) => (seed === 4 ? { ...wrong, telemetry: 'beef' } : {})), ...trialsOf('tikv/b', 10)];
    expect(compare(baseline, present)).toMatchObject({ exitCode: 0, decision: { state: 'watch' } });
    expect(textOf(present)).toContain('telemetry differs from the baseline in 1 of 1: the lab changed too, not only the diagnostician');
  });

  it('stops at once when evidence is made up, though nothing is significant', () => {
    const present = [...trialsOf('tikv/a', 10, (seed) => (seed === 4 ? { ...wrong, failureClass: 'fabricated evidence' } : {})), ...trialsOf('tikv/b', 10)];
    expect(compare(baseline, present).exitCode).toBe(1);
    expect(textOf(present)).toContain('HARD RULE tikv/a seed 4: fabricated evidence');
  });

  it('cannot say with too few pairs, and says how many more', () => {
    const present = trialsOf('tikv/a', 2, () => wrong);
    expect(compare(baseline, present)).toMatchObject({ exitCode: 3, unrepeated: 18 });
    expect(textOf(present)).toContain('INCONCLUSIVE  not enough evidence: 3 more pairs are needed');
    expect(textOf(present)).toContain('  needs     3 more trials of this scenario to decide');
    expect(compare(baseline, trialsOf('tikv/new', 10))).toMatchObject({ exitCode: 3, unpaired: 10 });
  });

  it('leaves infrastructure out of the rates and lets a regression outrank it', () => {
    const broken = trialsOf('tikv/b', 10, (seed) => (seed === 1 ? { state: 'infra-error', verdict: 'ERROR', score: null } : {}));
    expect(compare(baseline, [...trialsOf('tikv/a', 10), ...broken])).toMatchObject({ exitCode: 4, decision: { state: 'steady' } });
    expect(compare(baseline, [...trialsOf('tikv/a', 10, () => wrong), ...broken]).exitCode).toBe(1);
  });

  it('tests recordings together, since each is one incident', () => {
    const recorded = Array.from({ length: 20 }, (_, index): BaselineTrial => ({ ...pass, scenario: `recorded/r${index}`, cluster: 'recorded' }));
    const comparison = compare(baselineOf(recorded), recorded.map((trial, index) => (index < 8 ? { ...trial, ...wrong } : trial)));
    expect(comparison.decision.groups).toMatchObject([{ group: 'recordings', pairs: 20, worse: 8, state: 'regressed' }]);
  });
});

describe('the way to a lost answer', () => {
  const asked = (steps: string[]) => (): Partial<BaselineTrial> => ({ steps });
  const known = baselineOf(trialsOf('tikv/a', 10, asked(['tickets {}', 'query up', 'logs x'])));
  const text = (steps: string[]) => regressText(compare(known, trialsOf('tikv/a', 10, () => ({ ...wrong, steps }))), { baseline: known, fingerprint: 'f', spec: 'rules', labVersion: '1', look: { look: 1, looks: 2 } });

  it('is told up to the first question that differs', () => {
    expect(text(['tickets {}', 'logs y'])).toContain('  diverged  step 2: baseline query up, now logs y\n');
    expect(text(['tickets {}', 'query up'])).toContain('  diverged  step 3: baseline logs x, now nothing more is asked\n');
    expect(text(['tickets {}', 'query up', 'logs x'])).toContain('  diverged  nowhere: the same questions, another conclusion\n');
    expect(text([])).toContain('look      1 of 2, with 0.05 of the 0.05 that both may spend\n');
  });
});

describe('a baseline file', () => {
  it('comes back as it was written, one trial a line, whatever their order', () => {
    const dir = mkdtempSync(join(tmpdir(), 'lab-baseline-'));
    const path = join(dir, 'deep', 'rules.json');
    const walked = { ...baseline, trials: baseline.trials.map((trial) => ({ ...trial, steps: ['tickets {}', `query ${trial.seed % 2}`] })) };
    writeBaseline(path, { ...walked, trials: walked.trials.toReversed() });
    expect(readBaseline(path)).toEqual({ ok: true, value: walked });
    expect(readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('"seed"'))).toHaveLength(20);
    rmSync(dir, { recursive: true });
  });

  it('that is committed can be read, and knows more than one seed of a scenario', () => {
    const committed = readBaseline(fileURLToPath(new URL('../../../baselines/rules.json', import.meta.url)));
    expect(committed).toMatchObject({ ok: true, value: { diagnostician: { name: 'rules' } } });
    expect(committed.ok && committed.value.trials.filter((trial) => trial.scenario === 'tikv/store-down').length).toBeGreaterThan(4);
  });

  it('that is missing is told apart from one that is broken', () => {
    expect(readBaseline('/nowhere/rules.json')).toMatchObject({ ok: false, failure: { code: 'LAB_NO_BASELINE' } });
    expect(readBaseline(import.meta.filename)).toMatchObject({ ok: false, failure: { code: 'LAB_BASELINE_BROKEN' } });
  });
});

it('the gate measures itself: false alarms with their interval, and its power', () => {
  const { text, exitCode } = measureGate(baseline, { aa: true, power: true });
  expect(exitCode).toBe(0);
  const rates = [...text.matchAll(/(\d+\.\d) % \((\d+\.\d)-(\d+\.\d) %\)/g)].map((match) => match.slice(1).map(Number));
  expect(rates).toHaveLength(7);
  for (const [rate = 0, low = 0, high = 0] of rates) expect(low <= rate && rate <= high).toBe(true);
  for (const [, , high] of rates.slice(0, 4)) expect(high).toBeLessThan(5);
  expect(rates[4]?.[0]).toBeGreaterThan(50);
});
