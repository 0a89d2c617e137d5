import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestMove, deviationOf, type HotPeer, type HotStore } from './hot-balance.ts';

const storeOf = (id: number, first: number, pending = 0): HotStore => ({ id, load: [first, first * 100], pending: [pending, pending * 100], gives: true, takes: true });
const peerOf = (of: string, first: number): HotPeer<string> => ({ of, rates: [first, first * 100] });

/** Stores with hot replicas and what else they serve. */
function solve(stores: readonly HotStore[], peers: Readonly<Record<number, readonly HotPeer<string>[]>>) {
  return bestMove<string>({ stores, peersOn: (id) => peers[id] ?? [], allows: () => true, leastRates: [10, 100] });
}

describe('the best move', () => {
  test('is the replica that makes source and target equal', () => {
    const move = solve([storeOf(1, 1_400), storeOf(2, 1_000), storeOf(3, 600)], { 1: [peerOf('small', 100), peerOf('right', 400), peerOf('large', 700)] });
    expect(move).toMatchObject({ peer: { of: 'right' }, from: { id: 1 }, to: { id: 3 }, betters: 'all' });
  });

  test('of a single hot region is none: it would be as hot elsewhere', () => {
    expect(solve([storeOf(1, 3_000), storeOf(2, 100), storeOf(3, 100)], { 1: [peerOf('only', 2_900)] })).toBeUndefined();
  });

  test('in an even cluster is none', () => {
    expect(solve([storeOf(1, 1_050), storeOf(2, 1_000), storeOf(3, 950)], { 1: [peerOf('some', 50)] })).toBeUndefined();
  });

  test('counts what is under way: the same is not ordered twice', () => {
    expect(solve([storeOf(1, 1_400, -400), storeOf(2, 1_000), storeOf(3, 600, 400)], { 1: [peerOf('next', 400)] })).toBeUndefined();
  });
});

test('no move makes the fullest of its two stores fuller, and the same problem is not solved for ever', () => {
  const rates = fc.array(fc.integer({ min: 11, max: 900 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(fc.array(rates, { minLength: 2, maxLength: 6 }), (drawn) => {
    const on = new Map(drawn.map((each, id) => [id, each.map((rate, n) => peerOf(`${id}-${n}`, rate))]));
    const loadOn = (id: number) => (on.get(id) ?? []).reduce((sum, { rates: [first] }) => sum + first, 0);
    const spread = () => deviationOf([...on.keys()].map(loadOn));
    const before = spread();
    let moves = 0;
    for (; moves < 300; moves++) {
      const move = solve([...on.keys()].map((id) => storeOf(id, loadOn(id))), Object.fromEntries(on));
      if (!move) break;
      const fullest = Math.max(loadOn(move.from.id), loadOn(move.to.id));
      on.set(move.from.id, (on.get(move.from.id) ?? []).filter((peer) => peer !== move.peer));
      on.set(move.to.id, [...(on.get(move.to.id) ?? []), move.peer]);
      expect(Math.max(loadOn(move.from.id), loadOn(move.to.id))).toBeLessThanOrEqual(fullest);
    }
    expect(moves).toBeLessThan(300);
    expect(spread()).toBeLessThanOrEqual(before + 1e-9);
  }), { numRuns: 300 });
});
