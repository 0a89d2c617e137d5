import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { diagnosticianNamed } from '../../../src/diagnosis/registry.ts';
import { openAnything } from '../../clusters/recorded/open-anything.ts';
import { readBundle } from '../../history/bundle-reader.ts';
import { perform } from '../../lab.ts';
import { loadScenarioText } from '../../scenario/loader.ts';
import { registerImport } from '../import.ts';
import { printedBy } from '../printed.test-kit.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-bundle-import-'));
const [run, out, file] = [join(home, 'run'), join(home, 'recording'), join(home, 'outage.yaml')];
const small = `scenario: small
title: A store dies
story: One of three stores is killed and comes back.
subject: tikv
cluster: { kind: twin, regions: 12 }
load: { rate: 100/s }
timeline:
  - steady: 1m
  - inject: { fault: process-kill, into: { role: tikv }, as: victim }
  - hold: 1m
  - revert: victim
  - recover: 20s
truth:
  verdict: fault
  causes: [{ component: victim, kind: process-crash }]
  lookalikes: [{ component: victim, kind: process-hang, ruledOutBy: its ports refuse }]
  actions: { recommended: [restart-store], harmful: [delete-store] }
detect: { invariant: store-down, component: victim, within: 45s }
`;
beforeAll(async () => {
  const { scenario } = loadScenarioText(small, { file: join(home, 'small.yaml') });
  if (!scenario) throw new Error('the scenario of this test is wrong');
  await perform({ scenario, seed: 1, diagnostician: orThrow(await diagnosticianNamed('rules', { fromDir: home })), outDir: run });
}, 60_000);
afterAll(() => rmSync(home, { recursive: true }));

const bring = (...more: string[]) => printedBy(registerImport, ['import', run, '--quality', '1', ...more]);

describe('lab import of a run bundle', () => {
  test('makes a recording and a scenario of it with one command', async () => {
    const printed = await bring('--name', 'outage', '--out', out, '--scenario', file);
    expect(printed).toMatch(/imported small, seed 1, on a twin cluster into .*: 1\d\d s, 10 files, \d+ kB/);
    const { run: { startMs, endMs }, answer } = orThrow(readBundle(run));
    const [struck] = answer?.faults ?? [];
    expect(printed).toContain(`  - { kind: recorded, recording: outage, struck: { victim: ${struck?.struck[0]} } }`);
    expect(JSON.parse(readFileSync(join(out, 'script.json'), 'utf8'))).toMatchObject({ subject: 'tikv', startMs, endMs, injectMs: struck?.fromMs, revertMs: struck?.toMs });
    expect(existsSync(join(out, 'answer.json'))).toBe(false);
  });

  test('the recording tells an operator what the run told', async () => {
    const [ofRun, ofRecording] = [orThrow(openAnything(run)), orThrow(openAnything(out))].map((opened) => opened.replay());
    for (const replayed of [ofRun!, ofRecording!]) await replayed.pass(100_000 - (replayed.clock.now() - ofRun!.script!.startMs));
    const ask = async (at: typeof ofRun) => [await at!.ports.metrics.query('sum by (instance) (up)', ofRun!.clock.now()), await at!.ports.logs.search({ levels: ['WARN'] })];
    expect(await ask(ofRecording)).toEqual(await ask(ofRun));
  });

  test('the scenario has the truth of the run, with the nodes that were struck', async () => {
    const loaded = loadScenarioText(readFileSync(file, 'utf8'), { file });
    const { answer } = orThrow(readBundle(run));
    expect(loaded.problems.filter(({ severity }) => severity === 'error').filter(({ message }) => !/recordings\//.test(message))).toEqual([]);
    expect(loaded.scenario?.truth.causes).toMatchObject(answer?.causes.map(({ component, kind }) => ({ component, kind })) ?? []);
    expect(loaded.scenario?.truth.actions).toEqual(answer?.actions);
  });

  test('nothing is replaced unless asked', async () => {
    await expect(bring('--name', 'outage', '--out', out, '--scenario', file)).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_IMPORT_EXISTS' } });
  });

  test('where nobody told the truth, its place is left open and no scenario comes into being', async () => {
    const untold = join(home, 'untold');
    const bundle = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as object;
    rmSync(join(run, 'answer.json'));
    writeFileSync(join(run, 'run.json'), JSON.stringify({ ...bundle, cluster: 'attach' }));
    expect(await bring('--name', 'untold', '--out', untold)).toContain('fill in the truth in');
    expect(readFileSync(join(untold, 'scenario.yaml'), 'utf8')).toContain('verdict: TODO');
  });
});
