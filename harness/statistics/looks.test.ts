import { describe, expect, it } from 'vitest';
import { Random } from '../../src/kernel/random.ts';
import { decideInLooks, decideLook } from './looks.ts';
import { binomialLowerTail, marginOf, upperBound } from './margin.ts';
import { simulateGate } from './simulate.ts';

const pairs = (count: number, worse: number, group = 'a') => Array.from({ length: count }, (_, index) => ({ group, before: true, now: index >= worse }));

describe('the exact upper bound of a rate', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 5 (Clopper-Pearson), upper ends of 95 % intervals.
  it.each([[81, 263, 0.3676], [15, 148, 0.1617], [0, 20, 0.1684], [1, 29, 0.1776]])('of %i in %i is the published one', (k, n, high) => {
    expect(upperBound(k, n, 0.025)).toBeCloseTo(high, 4);
  });

  it('is 1 - risk^(1/n) where nothing was seen, and 1 where everything was', () => {
    expect(upperBound(0, 29)).toBeCloseTo(1 - 0.05 ** (1 / 29), 10);
    expect(upperBound(5, 5)).toBe(1);
    expect(binomialLowerTail(1, 2, 0.5)).toBeCloseTo(0.75, 12);
  });
});

describe('the margin of no worse', () => {
  it('of a tenth takes 29 pairs without a loss, 46 with one', () => {
    expect(marginOf(0, 29)).toMatchObject({ isRuledOut: true, morePairs: 0 });
    expect(marginOf(0, 20)).toMatchObject({ isRuledOut: false, morePairs: 9 });
    expect(marginOf(1, 40)).toMatchObject({ isRuledOut: false, morePairs: 6 });
    expect(marginOf(0, 0)).toMatchObject({ isRuledOut: false, worstDrop: 1, morePairs: 29 });
  });
});

describe('looking twice', () => {
  it('stops at the first look when it has collapsed, or when more than the margin is ruled out', () => {
    expect(decideInLooks(pairs(20, 20))).toMatchObject({ look: 1, decision: { state: 'regressed' } });
    expect(decideInLooks(pairs(60, 0))).toMatchObject({ look: 1, decision: { state: 'steady' } });
  });

  it('goes on when the first look leaves it open, and the second has the last word', () => {
    expect(decideLook(pairs(10, 0), 1)).toMatchObject({ isFinal: false, decision: { state: 'steady' } });
    expect(decideInLooks(pairs(20, 3))).toMatchObject({ look: 2, isFinal: true, decision: { state: 'watch', alpha: 0.04 } });
  });
});

describe('the gate itself, measured', () => {
  it('cries wolf in at most 5 % of comparisons without a change, both looks together', () => {
    const groups = ['a', 'b', 'c', 'd', 'e'].map((group) => ({ group, pairs: 20, before: 0.7, now: 0.7 }));
    const { alarms, comparisons } = simulateGate(groups, 1_000, Random.fromSeed(9));
    expect(alarms / comparisons).toBeLessThan(0.05);
    expect(alarms).toBeGreaterThan(0);
  });

  it('sees a collapse nearly always', () => {
    const { alarms } = simulateGate([{ group: 'a', pairs: 20, before: 0.95, now: 0.2 }], 300, Random.fromSeed(9));
    expect(alarms).toBeGreaterThan(290);
  });
});
