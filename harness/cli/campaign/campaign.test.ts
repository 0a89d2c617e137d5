import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/kernel/result.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { packageDir } from '../places.ts';
import type { PlannedTrial } from '../suite/plan.ts';
import { ResultStore } from '../suite/store.ts';
import { type Trial, unscored } from '../suite/trial.ts';
import { CostLimit } from './cost-limit.ts';
import { estimateText, expectedCost, totalUsd } from './estimate.ts';
import { loadVariants, readVariant } from './load-variants.ts';
import { campaignText, duelsOf } from './text.ts';
import { type CampaignRun, planCampaign, runCampaign } from './run-campaign.ts';
import { type Variant, variantOf, type VariantFile } from './variant.ts';

const root = mkdtempSync(join(tmpdir(), 'lab-campaign-'));
afterAll(() => rmSync(root, { recursive: true }));

const variant = (file: Partial<VariantFile> & { variant: string }): Variant => variantOf({ diagnostician: 'rules', ...file }, join(root, 'x.yaml'));
const rules = variant({ variant: 'rules' });
const priced = variant({ variant: 'priced', diagnostician: 'command:priced', expect: { usd: 0.5 } });
const contestants = [rules, priced].map((each) => ({ variant: each, asked: { spec: each.spec, name: each.variant, fingerprint: `${each.variant}@1` } }));
const scenarios = ['tikv/a', 'tikv/b'].map((id) => ({ id, text: id, cluster: { kind: 'twin' } }) as Scenario);

const effort = (costUsd: number | null) => ({ toolCalls: 3, repeats: 0, failures: 0, turns: 1, inputTokens: costUsd === null ? 0 : 1000, cachedTokens: 0, outputTokens: 0, costUsd });
const trialOf = (name: string, { scenario, seed }: PlannedTrial, { verdict = 'PASS', costUsd = null }: { verdict?: 'PASS' | 'FAIL'; costUsd?: number | null } = {}): Trial => ({
  scenario: scenario.id, seed, cluster: 'twin', state: 'scored', scorecard: { ...unscored(''), verdict, score: verdict === 'PASS' ? 100 : 40 }, floors: [], confidence: 0.9, effort: effort(costUsd), steps: [],
  telemetry: null, diagnostician: { name, fingerprint: `${name}@1` }, bundleDir: '', wallMs: 1, junit: {} as Trial['junit'],
});
/** The rules are right and free; the priced agent takes 0.4 a trial and misses seed 2. */
const fakeRun: CampaignRun['run'] = async ({ name }, planned) => trialOf(name, planned, name === 'priced' ? { costUsd: 0.4, verdict: planned.seed === 2 ? 'FAIL' : 'PASS' } : {});

async function campaign(db: string, { limitUsd, resume = false, trials = 3, run = fakeRun, signal = new AbortController().signal }: { limitUsd: number; resume?: boolean; trials?: number; run?: CampaignRun['run']; signal?: AbortSignal }) {
  using store = ResultStore.open(join(root, db));
  const planned = planCampaign(store, contestants, { trials, seedFrom: 1, scenarios, resume });
  const performed: string[] = [];
  const ended = await runCampaign(planned, { store, concurrency: 2, limitUsd, signal, run, onTrial: (name, { scenario, seed }) => void performed.push(`${name} ${scenario}#${seed}`) });
  return { ...ended, planned, performed, text: campaignText(ended.results) };
}

describe('a campaign', () => {
  it('asks every variant about every scenario and seed, and lays the results side by side', async () => {
    const { text, spentUsd, results } = await campaign('whole.db', { limitUsd: 10 });
    expect(spentUsd).toBeCloseTo(2.4);
    expect(text.split('\n')).toEqual([
      'variant  passes          score  Brier  tools  tokens  $ in all',
      'rules    6/6 (61-100 %)  100    0.01   3      -       -',
      'priced   4/6 (30-90 %)   80     0.277  3      1000    2.40',
      '',
      'scenario  rules  priced',
      'tikv/a    3/3    2/3',
      'tikv/b    3/3    2/3',
      '',
      'priced against rules: 0 won and 2 lost of 6 pairs, p=0.5: no difference proven',
      '',
    ]);
    expect(duelsOf(results)).toMatchObject([{ pairs: 6, won: 0, lost: 2, p: 0.5 }]);
  });

  it('stops before the limit is passed, performs what is free, and goes on where it stopped', async () => {
    const first = await campaign('limit.db', { limitUsd: 1 });
    expect(first.spentUsd).toBeCloseTo(0.8);
    expect(first.performed.filter((each) => each.startsWith('rules'))).toHaveLength(6);
    expect(first.performed.filter((each) => each.startsWith('priced'))).toHaveLength(2);
    expect(first.text).toContain('4 not performed');
    const again = await campaign('limit.db', { limitUsd: 10, resume: true });
    expect(again.planned.spentUsd).toBeCloseTo(0.8);
    expect(again.planned.rows.map(({ trials }) => trials)).toEqual([0, 4]);
    expect(again.performed).toHaveLength(4);
    expect(again.performed.every((each) => each.startsWith('priced'))).toBe(true);
    expect(again.text).toBe((await campaign('whole.db', { limitUsd: 10, resume: true })).text);
  });

  it('keeps what was done when it is interrupted, and performs that no second time', async () => {
    const stop = new AbortController();
    let left = 3;
    const run: CampaignRun['run'] = async (asked, planned) => {
      if (--left === 0) stop.abort();
      return fakeRun(asked, planned);
    };
    const first = await campaign('stopped.db', { limitUsd: 10, run, signal: stop.signal });
    expect(first.performed.length).toBeLessThan(12);
    const again = await campaign('stopped.db', { limitUsd: 10, resume: true });
    expect([...first.performed, ...again.performed].toSorted()).toEqual((await campaign('fresh.db', { limitUsd: 10 })).performed.toSorted());
  });

  it('learns from past trials what one costs', async () => {
    await campaign('past.db', { limitUsd: 10 });
    const { planned } = await campaign('past.db', { limitUsd: 10 });
    expect(planned.rows[1]?.expected).toEqual({ usd: expect.closeTo(0.4), because: 'as 6 past trials did' });
  });
});

describe('the estimate', () => {
  it('is nothing for the rules, and says how it is known', () => {
    expect(expectedCost(rules, undefined)).toEqual({ usd: 0, because: 'asks no model' });
    expect(expectedCost(priced, undefined)).toEqual({ usd: 0.5, because: 'as its file says' });
    expect(expectedCost(variant({ variant: 'x', diagnostician: 'command:x' }), undefined).usd).toBeNull();
    expect(expectedCost(variant({ variant: 'x', diagnostician: 'claude', price: { input: 4, output: 20 }, expect: { inputTokens: 100_000, outputTokens: 5_000 } }), undefined)).toEqual({ usd: 0.5, because: '100000 tokens in and 5000 out, as its file says' });
    expect(expectedCost(variant({ variant: 'x', diagnostician: 'claude', price: { input: 4, output: 20 }, budget: { usd: 0.2 } }), undefined).usd).toBe(0.2);
    expect(expectedCost(variant({ variant: 'x', diagnostician: 'claude', model: 'somebody-elses' }), undefined).usd).toBeNull();
  });

  it('adds up, and admits what it does not know', () => {
    const rows = [{ variant: priced, trials: 4, expected: { usd: 0.5, because: 'as its file says' } }];
    expect(estimateText(rows, 0)).toBe('estimate  priced      4 trials      $2.00  ($0.500 each: as its file says)\nestimate  $2.00 in all\n');
    const unknown = [...rows, { variant: rules, trials: 1, expected: { usd: null, because: 'nobody knows' } }];
    expect(totalUsd(unknown)).toBeNull();
    expect(estimateText(unknown, 1)).toContain('at least $2.00, a part is unknown, after $1.00 that is spent');
  });
});

describe('the limit', () => {
  it('lets a trial of unknown cost run only alone', async () => {
    const limit = new CostLimit(1, 0);
    const first = await limit.admit(() => null);
    let second: unknown = 'waiting';
    const waiting = limit.admit(() => 0.2).then((admitted) => (second = admitted));
    await Promise.resolve();
    expect(second).toBe('waiting');
    first?.ended(0.9);
    await waiting;
    expect(second).toBeUndefined();
    expect(await limit.admit(() => 0)).toBeDefined();
  });
});

describe('a variant file', () => {
  it('becomes the words for --diagnostician', () => {
    const file = { variant: 'mine', diagnostician: 'claude', model: 'claude-x', effort: 'low', prompt: 'mine.md', tools: { without: ['query', 'alerts'] }, budget: { turns: 5, usd: 0.5 }, price: { input: 1, output: 2 } } as const;
    expect(variantOf({ ...file, tools: { without: [...file.tools.without] } }, '/v/mine.yaml').spec).toBe('claude:claude-x,effort=low,prompt=/v/mine.md,without=query+alerts,turns=5,usd=0.5,price=1/2');
    expect(variantOf({ variant: 'plain', diagnostician: 'claude' }, '/v/x.yaml').spec).toBe('claude');
  });

  it('is refused with the line of each mistake', () => {
    expect(readVariant('variant: x\ndiagnostician: claude\nefort: low\nbudget: { turns: many }\n', '/v/x.yaml')).toMatchObject({ problems: [expect.stringMatching(/x\.yaml:3:1: .*efort/), expect.stringMatching(/x\.yaml:4:\d+: /)] });
    expect(readVariant('variant: x\ndiagnostician: rules\nmodel: big\n', '/v/x.yaml')).toMatchObject({ problems: [expect.stringMatching(/x\.yaml:3:1: model is for claude; rules does not know it/)] });
  });

  it('is named once, and those that are committed can be read', () => {
    writeFileSync(join(root, 'a.yaml'), 'variant: same\ndiagnostician: rules\n');
    writeFileSync(join(root, 'b.yaml'), 'variant: same\ndiagnostician: rules\n');
    expect(() => loadVariants([root])).toThrow(LabError);
    expect(loadVariants([join(packageDir, 'variants')]).map((each) => each.variant)).toContain('rules');
  });
});
