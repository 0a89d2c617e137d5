import { expect, test } from 'vitest';
import { Kept } from './kept.ts';

test('something is rendered anew when what it shows has changed, and only then', () => {
  let times = 0;
  const kept = new Kept<object, { readonly leader: string; readonly stores: number }, string>(({ leader, stores }) => `${leader} of ${stores}, number ${++times}`);
  const [one, other] = [{}, {}];
  expect(kept.of(one, { leader: 'pd-0', stores: 3 })).toBe('pd-0 of 3, number 1');
  expect(kept.of(one, { leader: 'pd-0', stores: 3 })).toBe('pd-0 of 3, number 1');
  expect(kept.of(one, { leader: 'pd-1', stores: 3 })).toBe('pd-1 of 3, number 2');
  expect(kept.of(other, { leader: 'pd-1', stores: 3 })).toBe('pd-1 of 3, number 3');
});

test('a list that has grown or shrunk is another one', () => {
  const kept = new Kept<object, readonly number[], number>((list) => list.length);
  const of = {};
  expect([[1, 2], [1, 2, 3], [1], []].map((list) => kept.of(of, list))).toEqual([2, 3, 1, 0]);
});

test('a list within it is compared by its members', () => {
  let times = 0;
  const kept = new Kept<object, { readonly healthy: readonly (readonly [string, boolean])[] }, number>(() => ++times);
  const of = {};
  expect([kept.of(of, { healthy: [['pd-0', true]] }), kept.of(of, { healthy: [['pd-0', true]] }), kept.of(of, { healthy: [['pd-0', false]] })]).toEqual([1, 1, 2]);
});
