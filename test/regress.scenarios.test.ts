import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenScenarios } from '../harness/cli/suite/flags.ts';
import { planTrials } from '../harness/cli/suite/plan.ts';
import { inProcess, performTrials } from '../harness/cli/suite/trial.ts';
import { type Baseline, type BaselineTrial, forBaseline } from '../harness/cli/regress/baseline.ts';
import { compare } from '../harness/cli/regress/compare.ts';
import { regressText } from '../harness/cli/regress/text.ts';
import { perform } from '../harness/lab.ts';
import type { Desk, Diagnosis, Diagnostician } from '../src/diagnosis/contract.ts';
import { rules } from '../src/diagnosis/rules/rules.ts';

const out = mkdtempSync(join(tmpdir(), 'regress-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The diagnostician with another desk or another tongue. */
const changed = (desk: (desk: Desk) => Desk, tongue: (diagnosis: Diagnosis) => Diagnosis): Diagnostician => ({
  ...rules,
  fingerprint: () => 'rules, changed',
  diagnose: async (assignment, session) => {
    const answer = await rules.diagnose(assignment, { ...session, desk: desk(session.desk) });
    return answer.ok ? { ok: true, value: tongue(answer.value) } : answer;
  },
});

/** Its knowledge of scrapes is lost: it asks for another thing and misses who is down. */
const worsened = changed(
  (desk) => ({
    tools: desk.tools,
    clock: desk.clock,
    get observations() {
      return desk.observations;
    },
    call: (tool, args) => desk.call(tool, tool === 'compare_nodes' && JSON.stringify(args).includes('"up{') ? { promql: 'process_max_fds', by: 'instance' } : args),
  }),
  (diagnosis) => diagnosis,
);
const reworded = changed((desk) => desk, (diagnosis) => ({
  ...diagnosis,
  summary: 'In quite other words.',
  rootCauses: diagnosis.rootCauses.map((cause) => ({ ...cause, mechanism: 'as one would expect' })),
  hypotheses: diagnosis.hypotheses.map((each) => ({ ...each, because: 'it does not fit' })),
}));

const performed = async (diagnostician: Diagnostician, name: string): Promise<BaselineTrial[]> => {
  const signal = new AbortController().signal;
  const run = inProcess({ diagnostician, signal, perform, dirFor: (id, seed) => join(out, `${name}-${id.replace('/', '-')}-${seed}`) });
  const plan = planTrials(chosenScenarios('store-down'), { trials: 8, seedFrom: 1 });
  return (await performTrials({ plan, concurrency: 1, signal, run, onTrial: () => {} })).map(forBaseline);
};
const baselineOf = (trials: BaselineTrial[]): Baseline => ({ schema: 'lab.baseline/v1', diagnostician: { spec: 'rules', name: 'rules', fingerprint: rules.fingerprint() }, labVersion: '0.1.0', reason: 'for this test', trials });
const textOf = (baseline: Baseline, present: BaselineTrial[]) => regressText(compare(baseline, present), { baseline, spec: 'rules', fingerprint: 'rules, changed', labVersion: '0.1.0' });

describe('the gate over real runs', () => {
  let good: BaselineTrial[];
  let bad: BaselineTrial[];
  beforeAll(async () => {
    good = await performed(rules, 'good');
    bad = await performed(worsened, 'bad');
  }, 120_000);

  it('catches a planted regression and explains it down to the criterion and the first question that differs', () => {
    const comparison = compare(baselineOf(good), bad);
    expect(comparison).toMatchObject({ exitCode: 1, decision: { state: 'regressed' } });
    const text = textOf(baselineOf(good), bad);
    expect(text).toMatch(/^REGRESSION tikv\/store-down {2}\d\/8/m);
    expect(text).toMatch(/^ {2}changed {3}\w+ [\d.]+ → [\d.]+ in \d runs$/m);
    expect(text).toMatch(/^ {2}diverged {2}step 2: baseline compare_nodes .*"up\{.*, now compare_nodes .*process_max_fds/m);
    expect(text).toContain('  incident  the same, byte for byte');
  });

  it('lets a planted improvement pass', () => {
    expect(compare(baselineOf(bad), good)).toMatchObject({ exitCode: 0, decision: { state: 'steady' } });
  });

  it('calls other words neither', async () => {
    const present = await performed(reworded, 'reworded');
    const { exitCode, decision } = compare(baselineOf(good), present);
    expect({ exitCode, changed: decision.groups.map(({ worse, better }) => worse + better) }).toEqual({ exitCode: 0, changed: [0] });
    expect(present.map(({ criteria, steps }) => ({ criteria, steps }))).toEqual(good.map(({ criteria, steps }) => ({ criteria, steps })));
  }, 60_000);
});
