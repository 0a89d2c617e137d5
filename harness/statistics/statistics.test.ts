import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherWorse } from './fisher.ts';
import { holm } from './holm.ts';
import { mcnemar, pairsNeeded } from './mcnemar.ts';
import { rateWords, wilson } from './wilson.ts';

describe('Wilson interval', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
  it.each([[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]])('of %i in %i is the published one', (passes, trials, low, high) => {
    expect(wilson(passes, trials).low).toBeCloseTo(low, 4);
    expect(wilson(passes, trials).high).toBeCloseTo(high, 4);
  });

  it('prints what few trials allow to say', () => {
    expect([rateWords(3, 3), rateWords(5, 5), rateWords(4, 5), rateWords(20, 20), rateWords(0, 0)]).toEqual(['3/3 (44-100 %)', '5/5 (57-100 %)', '4/5 (38-96 %)', '20/20 (84-100 %)', '0/0']);
  });

  it('holds the measured rate, stays within 0 and 1, and is the mirror image for failures', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (trials, drawn) => {
      const passes = drawn % (trials + 1);
      const { low, high } = wilson(passes, trials);
      expect(0 <= low && low <= passes / trials && passes / trials <= high && high <= 1).toBe(true);
      expect(wilson(trials - passes, trials).low).toBeCloseTo(1 - high, 12);
    }), { seed: 4 });
  });
});

describe('counts', () => {
  it('that cannot be are refused', () => {
    expect(() => wilson(3, 2)).toThrow('3 of 2 is no count');
    expect(() => wilson(-1, 2)).toThrow();
    expect(() => fisherWorse({ passes: 3, trials: 2 }, { passes: 1, trials: 2 })).toThrow();
  });
});

describe('exact McNemar test', () => {
  // Bentur et al., as table 1 of Fagerland, Lydersen and Laake (2013): 1 and 7 discordant pairs, exact p = 0.0703.
  it('of 7 worse and 1 better is the published p', () => {
    expect(mcnemar(7, 1).twoSidedP).toBeCloseTo(0.0703, 4);
    expect(mcnemar(7, 1).worseP).toBeCloseTo(9 / 256, 12);
  });

  it('finds no difference without changed pairs, and counts both ways alike when two-sided', () => {
    expect(mcnemar(0, 0)).toEqual({ worseP: 1, twoSidedP: 1 });
    expect(mcnemar(12, 5).twoSidedP).toBeCloseTo(mcnemar(5, 12).twoSidedP, 12);
    expect(mcnemar(5, 12).worseP).toBeGreaterThan(0.9);
  });

  it('says how many pairs could prove anything', () => {
    expect([pairsNeeded(0.05), pairsNeeded(0.01), pairsNeeded(1 / 32), pairsNeeded(1 / 33)]).toEqual([5, 7, 5, 6]);
  });
});

describe("Fisher's exact test", () => {
  // Fisher's tea drinker, 3 of 4 against 1 of 4: p = 17/70 = 0.2429 (Agresti 1990, p. 61f).
  it('of the tea drinker is the published p', () => expect(fisherWorse({ passes: 1, trials: 4 }, { passes: 3, trials: 4 })).toBeCloseTo(17 / 70, 12));
  // Fisher's twins: 2 of 17 dizygotic against 10 of 13 monozygotic convicted: p = 619/1330665.
  it('of the convicted twins is the published p', () => expect(fisherWorse({ passes: 2, trials: 17 }, { passes: 10, trials: 13 })).toBeCloseTo(619 / 1_330_665, 12));
  it('of 2 in 5 after 20 in 20 is 0.004', () => expect(fisherWorse({ passes: 2, trials: 5 }, { passes: 20, trials: 20 })).toBeCloseTo(0.0043, 4));
});

describe('Holm adjustment', () => {
  it('of four tests: the two smallest stay significant', () => {
    // (4 x 0.005, 3 x 0.01, 2 x 0.03, then never below the one before).
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('never makes p smaller, keeps their order, and is at most Bonferroni', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
      const adjusted = holm(pValues);
      pValues.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length) + 1e-15);
        pValues.forEach((q, j) => expect(p < q && (adjusted[i] as number) > (adjusted[j] as number)).toBe(false));
      });
    }), { seed: 4 });
  });
});
