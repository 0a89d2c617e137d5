import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import { defined } from '../../src/kernel/assert.ts';
import { labKnowledge } from '../cli/knowledge.ts';
import { eventsOf } from '../history/events.ts';
import { perform } from '../lab.ts';
import { loadScenarioText } from '../scenario/loader.ts';
import { between } from './rhythm.ts';

const out = mkdtempSync(join(tmpdir(), 'lab-rhythm-'));
afterAll(() => rmSync(out, { recursive: true }));

const silent: Diagnostician = {
  name: 'silent', fingerprint: () => 'silent@1',
  diagnose: async () => ({ ok: true, value: { verdict: 'healthy', summary: 'no look', rootCauses: [], impact: [], evidence: [], hypotheses: [], options: [], recommendation: null, confidence: 1 } }),
};

/** What was told of an injection, with the seconds since it began. */
async function told(inject: string): Promise<string[]> {
  const text = `scenario: rhythm
title: Small
story: A disk is slow.
subject: tikv
cluster: { kind: twin, pd: 1, tikv: 3, regions: 6 }
timeline:
  - steady: 1m
  - inject: { fault: disk-slow, into: tikv-2, as: disk, ${inject} }
  - hold: 1m
  - revert: disk
  - recover: 30s
truth: { verdict: fault, causes: [{ component: disk, kind: disk-slow }] }
`;
  const { scenario, problems } = loadScenarioText(text, { file: 'rhythm.yaml', knowledge: labKnowledge() });
  if (!scenario) return problems.filter(({ severity }) => severity === 'error').map(({ message, suggestion = '' }) => `${message} -> ${suggestion}`);
  const { bundle } = await perform({ scenario: defined(scenario, 'a right scenario'), seed: 1, diagnostician: silent, outDir: join(out, 'run') });
  const [injected] = eventsOf(bundle.history, 'fault-injected');
  const [reverted] = eventsOf(bundle.history, 'fault-reverted');
  const since = (atMs: number): number => (atMs - (injected?.atMs ?? 0)) / 1_000;
  return [...eventsOf(bundle.history, 'fault-changed').map(({ atMs, what }) => `${since(atMs)} ${what}`), `${since(reverted?.atMs ?? 0)} reverted`];
}

describe('an injection', () => {
  test('that flaps comes and goes to the second until it is reverted', async () => {
    expect(await told('flapping: { on: 7s, off: 20s }')).toEqual(['7 gone for 20 s', '27 there again for 7 s', '34 gone for 20 s', '54 there again for 7 s', '60 reverted']);
  });

  test('that ramps grows evenly and then stays', async () => {
    expect(await told('with: { latency: 20ms }, ramp: { over: 25s, to: { latency: 120ms } }')).toEqual(['10 latency 60ms', '20 latency 100ms', '25 latency 120ms', '60 reverted']);
  });

  test('cannot do both, nor grow to what its fault does not know', async () => {
    expect(await told('flapping: { on: 7s, off: 20s }, ramp: { over: 25s, to: { latency: 120ms } }')).toEqual(['a fault either comes and goes or grows -> keep one of "flapping" and "ramp"']);
    expect((await told('ramp: { over: 25s, to: { latncy: 120ms } }')).join()).toContain('latncy');
  });
});

test('numbers, spans and sizes grow evenly; anything else changes at the end', () => {
  expect([between(0.5, 0.02, 0.5), between('1s', '3s', 0.5), between('64MiB', '32MiB', 0.5), between('back', 'forward', 0.9), between('back', 'forward', 1)]).toEqual([0.26, '2000ms', '50331648B', 'back', 'forward']);
});
