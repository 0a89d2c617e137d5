import { describe, expect, test } from 'vitest';
import { investigationWith, type Answers } from '../fake-investigation.test-kit.ts';
import { probeLimits } from './limits.ts';

const limitsOf = (limits: Readonly<Record<string, number>>): NonNullable<Answers['controlPlane']> => ({ '/pd/api/v1/config/schedule': { 'store-limit': Object.fromEntries(Object.entries(limits).map(([store, limit]) => [store, { 'add-peer': limit, 'remove-peer': 15 }])) } });

/** What is said to keep everything where it is. */
async function keptBy(answers: Omit<Answers, 'nodes'>, gaps: readonly ('region-gap' | 'leader-gap')[] = []): Promise<string | undefined> {
  const investigation = investigationWith({ nodes: { pd: ['pd-1'], tikv: ['tikv-1', 'tikv-2', 'tikv-3'] }, logs: {}, ...answers });
  for (const sign of gaps) investigation.note({ sign, component: 'cluster', present: true, claim: '', citation: { observation: 'O1', path: '/', asserts: { op: 'exists' } } });
  await probeLimits(investigation);
  return investigation.findings.present('scheduling-off')[0]?.claim;
}

const changed = { 'schedule config is updated': [{ node: 'pd-1', raw: 'schedule config is updated', atMs: 1 }] };

test.each(['halt-scheduling', 'region-schedule-limit'])('%s that has long stopped all moves counts where something has to move', async (name) => {
  const controlPlane = { '/pd/api/v1/config/schedule': { [name]: name === 'halt-scheduling' ? 'true' : 0, 'leader-schedule-limit': 4 } };
  expect(await keptBy({ controlPlane })).toBeUndefined();
  expect(await keptBy({ controlPlane, logs: changed })).toContain(name);
  expect(await keptBy({ controlPlane }, ['leader-gap'])).toContain(name);
});

describe('a store limit of zero', () => {
  test('that somebody has just set keeps replicas where they are', async () => {
    expect(await keptBy({ controlPlane: limitsOf({ 1: 15, 2: 0, 3: 15 }), logs: changed })).toContain('store 2');
  });

  test('that is old counts where something has to move', async () => {
    expect(await keptBy({ controlPlane: limitsOf({ 1: 15, 2: 0, 3: 15 }) })).toBeUndefined();
    expect(await keptBy({ controlPlane: limitsOf({ 1: 15, 2: 0, 3: 15 }) }, ['region-gap'])).toContain('store 2');
  });

  test('of a store that is no more keeps nothing', async () => {
    expect(await keptBy({ controlPlane: limitsOf({ 1: 15, 2: 15, 3: 15, 7: 0 }), logs: changed }, ['region-gap'])).toBeUndefined();
  });
});
