import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/kernel/random.ts';
import { planOf, resolveTarget, resolveTargets } from './compile.ts';
import { nodesOfRoles } from './draft.ts';
import { clustersOf, type ScenarioBody, scenarioSchema } from './schema.ts';

const scenarioWith = (changes: object): ScenarioBody => {
  const file = scenarioSchema.parse({
    scenario: 'small', title: 'Small', story: 'Two stores fail.', subject: 'tikv',
    cluster: { kind: 'twin', tikv: 4 },
    timeline: [
      { steady: '1m30s' },
      { inject: { fault: 'process-kill', into: { role: 'tikv' }, as: 'first' } },
      { hold: '500ms' },
      { inject: { fault: 'disk-slow', into: { role: 'tikv', not: 'first' }, as: 'second', with: { latency: '80ms' } } },
      { inject: { fault: 'scheduler-removed', into: 'pd' } },
      { revert: 'first' }, { revert: 'second' }, { revert: 'scheduler-removed' },
      { recover: '1h' },
    ],
    truth: {
      verdict: 'fault',
      causes: [{ component: 'first', kind: 'process-crash', accept: [{ component: 'second', kind: 'disk-slow' }] }],
      impact: [{ component: 'clients', effect: 'errors' }],
      lookalikes: [{ component: 'second', kind: 'process-hang', ruledOutBy: 'it answers' }],
    },
    detect: { invariant: 'store-down', component: 'first', within: '45s' },
    ...changes,
  });
  return { ...file, cluster: clustersOf(file)[0] };
};

const nodes = nodesOfRoles({ pd: 3, tikv: 4 });
const seeds = fc.integer({ min: 0, max: 1_000_000 });

test('machines that stand by are part of what is started, and no draw takes a store that joined on one', () => {
  expect(planOf(scenarioWith({ cluster: { kind: 'twin', tikv: 4, spares: 1 } })).spec).toMatchObject({ roles: { pd: 3, tikv: 4 }, spares: { tikv: 1 } });
  const joined = [...nodes, { id: 'tikv-5', role: 'tikv', joined: true as const }];
  fc.assert(fc.property(seeds, (seed) => {
    const draw = (among: typeof joined) => resolveTarget({ alias: 'first', into: { role: 'tikv' } }, among, { random: Random.fromSeed(seed), struck: new Map() });
    expect(draw(joined)).toEqual(draw(nodes as typeof joined));
  }));
  expect(resolveTarget({ alias: 'first', into: 'tikv-5' }, joined, { random: Random.fromSeed(1), struck: new Map() })).toEqual(['tikv-5']);
});

test('a plan has milliseconds, requests per second, and every default', () => {
  const plan = planOf(scenarioWith({}));
  expect(plan.spec).toEqual({ kind: 'twin', subject: 'tikv', roles: { pd: 3, tikv: 4 }, regions: 120, load: { shape: 'mixed', ratePerSecond: 2000, reads: 0.7, keys: 'zipfian', valueBytes: 1024 } });
  expect(plan.steps.flatMap((step) => ('spanMs' in step ? [[step.kind, step.spanMs]] : []))).toEqual([['steady', 90_000], ['hold', 500], ['recover', 3_600_000]]);
  expect(plan.diagnoseAfterMs).toBe(60_000);
  expect(plan.detect).toEqual({ invariant: 'store-down', component: 'first', withinMs: 45_000 });
});

test('an injection without a name of its own is known by its fault', () => {
  const injections = planOf(scenarioWith({})).steps.flatMap((step) => (step.kind === 'inject' ? [step.injection] : []));
  expect(injections.map((injection) => injection.alias)).toEqual(['first', 'second', 'scheduler-removed']);
  expect(injections.map((injection) => injection.asked)).toEqual(['one tikv drawn by the seed', 'one tikv drawn by the seed, not first', 'pd']);
  expect(injections[1]?.params).toEqual({ latency: '80ms' });
});

test('the seed says what is struck, and the same seed says the same', () => {
  const plan = planOf(scenarioWith({}));
  fc.assert(
    fc.property(seeds, (seed) => {
      const struck = resolveTargets(plan, nodes, Random.fromSeed(seed));
      expect(struck).toEqual(resolveTargets(plan, nodes, Random.fromSeed(seed)));
      expect(struck.get('first')?.[0]).toMatch(/^tikv-[1-4]$/);
      expect(struck.get('second')).not.toEqual(struck.get('first'));
      expect(struck.get('scheduler-removed')).toEqual(['pd']);
    }),
  );
});

test('every store is struck by some seed of the first twenty', () => {
  const plan = planOf(scenarioWith({}));
  const struck = Array.from({ length: 20 }, (_, seed) => resolveTargets(plan, nodes, Random.fromSeed(seed + 1)).get('first')?.[0]);
  expect(new Set(struck)).toEqual(new Set(['tikv-1', 'tikv-2', 'tikv-3', 'tikv-4']));
});

test('another injection in the file does not change what the others strike', () => {
  const [steady, ...rest] = scenarioWith({}).timeline ?? [];
  const longer = scenarioWith({ timeline: [steady, { inject: { fault: 'process-kill', into: { role: 'tikv' }, as: 'zeroth' } }, ...rest] });
  fc.assert(
    fc.property(seeds, (seed) => {
      const before = resolveTargets(planOf(scenarioWith({})), nodes, Random.fromSeed(seed)).get('first');
      expect(resolveTargets(planOf(longer), nodes, Random.fromSeed(seed)).get('first')).toEqual(before);
    }),
  );
});

test('a later fault can strike what an earlier one struck', () => {
  const struck = new Map([['first', ['tikv-2']]]);
  expect(resolveTarget({ alias: 'again', into: 'first' }, nodes, { random: Random.fromSeed(1), struck })).toEqual(['tikv-2']);
});

test('a cluster without a node to strike is refused in words', () => {
  expect(() => resolveTarget({ alias: 'victim', into: { role: 'tidb' } }, nodes, { random: Random.fromSeed(1), struck: new Map() })).toThrow('no node of the role tidb is left to strike');
});

test('a recording is named, and has no steps of its own', () => {
  const plan = planOf(scenarioWith({ cluster: { kind: 'recorded', recording: 'store-kill' }, timeline: undefined }));
  expect(plan.spec).toMatchObject({ kind: 'recorded', recording: 'store-kill' });
  expect(plan.steps).toEqual([]);
});

test('a step that strikes the leader strikes whoever leads when it is played, and not the one that an alias took', () => {
  const ask = (leading: string | undefined, not?: string) =>
    resolveTarget(
      { alias: 'victim', into: { role: 'pd', leads: true, ...(not !== undefined && { not }) } }, ['pd-1', 'pd-2'].map((id) => ({ id, role: 'pd', leads: id === leading })),
      { random: Random.fromSeed(1), struck: new Map([['one', ['pd-2']]]) },
    );
  expect([ask('pd-1'), ask('pd-2')]).toEqual([['pd-1'], ['pd-2']]);
  expect(() => ask(undefined)).toThrow('no node leads the role pd');
  expect(() => ask('pd-2', 'one')).toThrow('no node leads the role pd');
});

test('who leads is not known before a scenario is played, so nothing is foretold of it', () => {
  const timeline = [{ steady: '1m' }, { inject: { fault: 'process-kill', into: { role: 'pd', leads: true as const }, as: 'one' } }, { inject: { fault: 'process-kill', into: { role: 'pd', not: 'one' }, as: 'two' } }];
  expect([...resolveTargets(planOf(scenarioWith({ timeline })), nodes, Random.fromSeed(1))]).toEqual([]);
});
