import { describe, expect, it } from 'vitest';
import { checkJudge } from './judge-check.ts';
import { healthyBundle, literalBundle } from './literal-bundle.test-kit.ts';
import { mutationKinds } from './mutations.ts';

describe.each([['a killed store', literalBundle()], ['a healthy cluster', healthyBundle()]])('the judge of %s', (name, bundle) => {
  const check = checkJudge(bundle, { mutants: 120, paraphrases: 30, seed: 1 });

  it('lets no spoiled answer pass, and each is failed by the criterion that is responsible', () => {
    expect(check).toMatchObject({ mutants: 120, passed: [], misblamed: [] });
    const applied = check.byKind.filter((kind) => kind.mutants > 0).map((kind) => kind.kind);
    // Without a ticket in the transcript there is none to copy, and in a healthy cluster nothing to swap.
    if (name === 'a killed store') expect(mutationKinds.filter((kind) => !applied.includes(kind))).toEqual(['copied from the ticket']);
    expect(applied.length).toBeGreaterThan(3);
  });

  it('lets the right answer pass in any words', () => expect(check.refused).toEqual([]));
});

it('what a scenario cannot judge is not spoiled: no look-alikes, no differential; no harmful action, no harm', () => {
  const lax = literalBundle({ answer: { lookalikes: [], actions: { recommended: [], acceptable: [], harmful: [] } } });
  const check = checkJudge(lax, { mutants: 60, paraphrases: 0, seed: 2 });
  expect(check.byKind.filter((kind) => ['empty differential', 'harmful action'].includes(kind.kind)).map((kind) => kind.mutants)).toEqual([0, 0]);
});
