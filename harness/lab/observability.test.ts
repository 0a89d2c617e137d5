import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Diagnostician } from '../../src/diagnosis/contract.ts';
import { orThrow } from '../../src/kernel/result.ts';
import { labKnowledge } from '../cli/knowledge.ts';
import type { TranscriptEntry } from '../history/bundle.ts';
import { perform } from '../lab.ts';
import { findScenario } from '../scenario/loader.ts';
import { literalBundle } from '../scoring/literal-bundle.test-kit.ts';
import { unobservable } from './observability.ts';

const { transcript, answer } = literalBundle();
const only = (id: string): TranscriptEntry[] => transcript.filter((entry) => entry.kind === 'observation' && entry.id === id);
const round = (entries: readonly TranscriptEntry[], asked: { times: number } = { times: 0 }) => async function* () {
  for (const entry of entries) {
    asked.times++;
    yield entry;
  }
};

describe('whether a truth can be told', () => {
  it('needs no further look where the agent was shown it', async () => {
    const asked = { times: 0 };
    expect(await unobservable(answer, only('O1'), round(transcript, asked))).toBeUndefined();
    expect(asked.times).toBe(0);
  });

  it("does not depend on what the agent asked: the lab's own round finds it too, and stops there", async () => {
    const asked = { times: 0 };
    expect(await unobservable(answer, [], round([...only('O2'), ...only('O1'), ...only('O3')], asked))).toBeUndefined();
    expect(asked.times).toBe(2);
  });

  it('is denied where nothing tells of the struck component, which is named', async () => {
    expect(await unobservable(answer, [], round(only('O2')))).toBe('nothing that the desk offers tells of tikv-2');
    expect(await unobservable({ ...answer, verdict: 'healthy', causes: [] }, [], round([]))).toBeUndefined();
  });
});

describe('a run', () => {
  const out = mkdtempSync(join(tmpdir(), 'lab-observable-'));
  afterAll(() => rmSync(out, { recursive: true }));
  const silent: Diagnostician = {
    name: 'silent', fingerprint: () => 'silent@1',
    diagnose: async () => ({ ok: true, value: { verdict: 'healthy', summary: 'no look', rootCauses: [], impact: [], evidence: [], hypotheses: [], options: [], recommendation: null, confidence: 1 } }),
  };

  it('of an agent that asks nothing counts all the same, and nothing of the lab\'s own look is kept', async () => {
    const scenario = orThrow(findScenario('recorded/pd-only-leader-kill', { knowledge: labKnowledge() }));
    const { bundle } = await perform({ scenario, seed: 1, diagnostician: silent, outDir: join(out, 'silent') });
    expect(bundle.run).toMatchObject({ state: 'scored', scorecard: { verdict: 'FAIL' } });
    expect(bundle.transcript).toEqual([]);
    expect(bundle.history.filter(({ kind }) => kind === 'unobservable' || kind === 'tool-called')).toEqual([]);
  });

  it('of an incident that the desk cannot show is no-symptom, with the reason', async () => {
    const scenario = orThrow(findScenario('recorded/pd-only-leader-kill', { knowledge: labKnowledge() }));
    const elsewhere = { ...scenario, truth: { ...scenario.truth, causes: [{ ...scenario.truth.causes[0], component: 'region-987654', kind: 'hot-spot-write' as const, accept: [] }] } } as typeof scenario;
    const { bundle } = await perform({ scenario: elsewhere, seed: 1, diagnostician: silent, outDir: join(out, 'hidden') });
    expect(bundle.run).toMatchObject({ state: 'no-symptom', because: 'the fault was there, and nobody could have told: nothing that the desk offers tells of region-987654', scorecard: { verdict: 'INCONCLUSIVE' } });
  });
});
