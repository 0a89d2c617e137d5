import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Diagnostician } from '../../../src/diagnosis/contract.ts';
import { failed } from '../../../src/kernel/result.ts';
import type { Bundle, Run } from '../../history/bundle.ts';
import type { PerformOptions } from '../../lab.ts';
import { renderJUnit } from '../../reporting/junit.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { literalBundle } from '../../scoring/literal-bundle.test-kit.ts';
import { score } from '../../scoring/scorecard.ts';
import { suiteExitCode, tallyScenarios } from './tally.ts';
import { repeatCommand, suiteText } from './text.ts';
import { planTrials } from './plan.ts';
import { inProcess, performTrials, type Trial } from './trial.ts';

const dirs: string[] = [];
const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-suite-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => dirs.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

const nobody: Diagnostician = { name: 'rules', fingerprint: () => 'rules@1', diagnose: async () => failed('AGENT_CRASHED', 'not asked here') };
const scenario = (id: string, kind: 'twin' | 'recorded' = 'twin') => ({ id, cluster: { kind } }) as Scenario;

/** Performs nothing: hands out literal bundles, in the state that the test asks for. */
function fakePerform(stateOf: (id: string, seed: number) => Run['state'] | 'wrong', telemetry = 'same') {
  return async ({ scenario: { id, cluster }, seed, outDir }: PerformOptions) => {
    const state = stateOf(id, seed);
    mkdirSync(join(outDir, 'incident'), { recursive: true });
    writeFileSync(join(outDir, 'incident', 'metrics.jsonl.br'), telemetry);
    writeFileSync(join(outDir, 'incident', 'control.jsonl.br'), `asked by seed ${seed}`);
    const base = literalBundle({ run: { seed, cluster: cluster.kind, state: state === 'wrong' ? 'scored' : state }, ...(state === 'wrong' && { diagnosis: { verdict: 'healthy', rootCauses: [] } }) });
    const run = { ...base.run, scenario: { ...base.run.scenario, id } };
    const bundle: Bundle = { ...base, run: { ...run, scorecard: score({ ...base, run }) }, signals: [] };
    return { bundleDir: outDir, bundle, wallMs: 1_000 };
  };
}

async function suiteOf(scenarios: readonly Scenario[], stateOf: Parameters<typeof fakePerform>[0], trials = 3, signal = new AbortController().signal): Promise<Trial[]> {
  const root = scratch();
  const run = inProcess({ diagnostician: nobody, signal, perform: fakePerform(stateOf), dirFor: (id, seed) => join(root, `${id.replace('/', '-')}-${seed}`) });
  return performTrials({ plan: planTrials(scenarios, { trials, seedFrom: 1 }), concurrency: 2, signal, run, onTrial: () => {} });
}

describe('a suite', () => {
  it('lists what fails first, with counts, intervals, floors, ceiling and every state', async () => {
    const trials = await suiteOf([scenario('tikv/a'), scenario('tikv/b'), scenario('tikv/c')], (id, seed) => (id === 'tikv/b' && seed > 1 ? 'wrong' : id === 'tikv/c' && seed === 3 ? 'invalid-injection' : 'scored'));
    expect(suiteText(trials, () => 'reports/runs/x').split('\n')).toEqual([
      'FAIL     tikv/b                 1/3 (6-79 %)       score 63.3   looked, misread x2',
      'PASS     tikv/c                 2/2 (34-100 %)     score 100    1 not judged',
      'PASS     tikv/a                 3/3 (44-100 %)     score 100',
      '',
      '6 of 8 judged trials pass  6/8 (41-93 %)   diagnostician rules',
      'states: scored 8, invalid-injection 1, no-symptom 0, infra-error 0, agent-error 0, interrupted 0  (9 trials)',
      '',
      expect.stringMatching(/^floor    constant guesser +0\/8 /),
      expect.stringMatching(/^floor    shotgun +0\/8 /),
      expect.stringMatching(/^floor    parrot +0\/8 /),
      expect.stringMatching(/^floor    most frequent cause +0\/8 /),
      expect.stringMatching(/^floor    fabricator +0\/8 /),
      expect.stringMatching(/^floor    cheater +0\/8 .*gave up x8$/),
      expect.stringMatching(/^ceiling  oracle +8\/8 /),
      '',
      expect.stringMatching(/^calibration  Brier 0.2\d+ over 8 answers .* said 90 %, right in 75 %: surer than it is right$/),
      'cost         3 tool calls a trial',
      '',
      'worst     tikv/b seed 2  45/100  looked, misread',
      'said      healthy',
      'expected  tikv-2 process-crash',
      'because   said healthy, truth was fault',
      'report    reports/runs/x/index.html',
      'again     npx lab run tikv/b --seed 2 --diagnostician rules',
      '',
    ]);
  });

  it('repeats a trial with the diagnostician that failed it', () => {
    expect(repeatCommand('tikv/b', 2, 'command:python3 agent.py')).toBe('npx lab run tikv/b --seed 2 --diagnostician "command:python3 agent.py"');
  });

  it('performs a recording once, whatever the number of trials', async () => {
    const trials = await suiteOf([scenario('recorded/a', 'recorded'), scenario('tikv/b')], () => 'scored');
    expect(tallyScenarios(trials).map((row) => [row.name, row.judged])).toEqual([['recorded/a', 1], ['tikv/b', 3]]);
  });

  it('stops when it is interrupted and keeps what is done', async () => {
    const controller = new AbortController();
    const trials = await suiteOf([scenario('tikv/a')], (_id, seed) => {
      if (seed === 2) controller.abort();
      return seed === 2 ? 'interrupted' : 'scored';
    }, 5, controller.signal);
    expect(trials.map((trial) => trial.state)).toEqual(['scored', 'interrupted']);
    expect(suiteExitCode(trials, 143)).toBe(143);
  });

  it('is also a JUnit document: wrong is a failure, doubt is skipped, infrastructure is an error', async () => {
    const states = ['scored', 'wrong', 'no-symptom', 'infra-error'] as const;
    const trials = await suiteOf([scenario('tikv/a')], (_id, seed) => states[seed - 1] ?? 'scored', 4);
    expect(renderJUnit(trials.map((trial) => trial.junit))).toMatch(/<testsuites name="operator-lab" tests="4" failures="1" errors="1" skipped="1"/);
  });

  it('tells equal telemetry apart from what the agent asked', async () => {
    const trials = await suiteOf([scenario('tikv/a')], () => 'scored', 2);
    expect(trials[0]?.telemetry).toMatch(/^[0-9a-f]{64}$/);
    expect(trials[0]?.telemetry).toBe(trials[1]?.telemetry);
  });
});

describe('the exit code of a suite', () => {
  it.each([
    ['all right', ['scored', 'scored'], 0], ['one wrong', ['scored', 'wrong', 'infra-error'], 1], ['one agent crashed', ['scored', 'agent-error'], 1],
    ['infrastructure outranks doubt', ['scored', 'infra-error', 'no-symptom'], 4], ['doubt outranks success', ['scored', 'no-symptom'], 3],
    ['nothing could be judged', ['no-symptom', 'invalid-injection'], 4], ['interrupted outranks wrong', ['wrong', 'interrupted'], 130],
  ] as const)('%s', async (_what, states, code) => {
    expect(suiteExitCode(await suiteOf([scenario('tikv/a')], (_id, seed) => states[seed - 1] ?? 'scored', states.length))).toBe(code);
  });

  it('is never green for a suite of nothing', () => expect(suiteExitCode([])).toBe(4));
});
