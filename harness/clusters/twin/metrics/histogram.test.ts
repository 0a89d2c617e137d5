import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { exponentialBounds } from './bounds.ts';
import { Histogram } from './histogram.ts';
import { averageMs, later, meanMs, shareAtLeast, spreads } from './shape.ts';
import type { Wait } from './waits.ts';
import { formatBound } from './series-refs.ts';

describe('a histogram', () => {
  test('puts a value into the first bucket whose bound is not below it', () => {
    const histogram = new Histogram([1, 2, 4]);
    for (const value of [0.5, 1, 1.5, 4, 9]) histogram.observe(value);
    expect([...histogram.buckets]).toEqual([2, 1, 1, 1]);
    expect(histogram.sumMicros).toBe(16_000_000);
  });

  test('loses no operation to rounding, however they are dealt out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 80 }), (batches) => {
        const histogram = new Histogram(exponentialBounds(0.00001, 2, 26));
        for (const times of batches) histogram.observeShape({ fixedMs: 1, medianMs: 2, spread: spreads.queue }, times);
        const offered = batches.reduce((sum, each) => sum + each, 0);
        expect(histogram.count).toBe(offered);
      }),
    );
  });

  test('keeps its median and its tail where the shape has them', () => {
    const histogram = new Histogram([0.001, 0.002, 0.004, 0.008, 0.016]);
    histogram.observeShape({ fixedMs: 0, medianMs: 2, spread: spreads.queue }, 100_000);
    const below = (at: number) => [...histogram.buckets].slice(0, at + 1).reduce((sum, each) => sum + each, 0) / histogram.count;
    expect(below(1)).toBeCloseTo(0.5, 1);
    expect(below(3)).toBeGreaterThan(0.97);
    expect(shareAtLeast({ fixedMs: 0, medianMs: 2, spread: spreads.queue }, 8)).toBeLessThan(0.03);
  });
});

describe('a law that is seen through buckets', () => {
  const bounds = exponentialBounds(0.0001, 2, 20);
  const shapeOf = (medianMs: number) => ({ fixedMs: 0, medianMs, spread: spreads.queue });

  test.each([0.3, 2, 25])('a bucket has as many as the law puts there, however few come at once: some %d', (few) => {
    const random = Random.fromSeed(1);
    const [bitByBit, atOnce] = [new Histogram(bounds), new Histogram(bounds)];
    let offered = 0;
    for (let i = 0; i < 4_000; i++) {
      const times = few * random.between(0.5, 1.5);
      offered += times;
      bitByBit.observeShape(shapeOf(3), times);
      expect(bitByBit.count % 1).toBe(0);
    }
    atOnce.observeShape(shapeOf(3), offered);
    expect(Math.abs(bitByBit.count - offered)).toBeLessThan(1.001);
    bitByBit.buckets.forEach((count, bucket) => expect(Math.abs(count - (atOnce.buckets[bucket] as number))).toBeLessThan(0.02 * offered));
  });

  test('the sum is what all of them took together, however their medians differ', () => {
    const random = Random.fromSeed(2);
    const histogram = new Histogram(bounds);
    let offeredMs = 0;
    for (let i = 0; i < 1_000; i++) {
      const [shape, times] = [shapeOf(random.between(2, 40)), random.between(5, 40)];
      offeredMs += times * averageMs(shape);
      histogram.observeShape(shape, times);
    }
    expect(histogram.sumMicros / 1_000 / offeredMs).toBeCloseTo(1, 2);
  });

  test('half seconds that differ a little do not make a bound cut off much at once', () => {
    const shareBelow = (medianMsOf: (tick: number) => number): number => {
      const histogram = new Histogram([0.002]);
      for (let tick = 0; tick < 10; tick++) histogram.observeShape({ fixedMs: 0, medianMs: medianMsOf(tick), spread: spreads.narrow }, 1_000);
      return (histogram.buckets[0] as number) / histogram.count;
    };
    const shares = [1.9, 1.95, 2, 2.05, 2.1].map((medianMs) => shareBelow((tick) => medianMs * (1 + (tick % 5) / 20 - 0.1)));
    for (let i = 1; i < shares.length; i++) expect((shares[i - 1] as number) - (shares[i] as number)).toBeLessThan(0.15);
  });
});

test('bucket bounds read as Prometheus 3 stores them', () => {
  expect([0.00001, 0.0001, 0.00029160000000000004, 1, 0.5, 131072, 1_048_576, 10072680.46727592, Infinity].map(formatBound)).toEqual([
    '1e-05', '0.0001', '0.00029160000000000004', '1.0', '0.5', '131072.0', '1.048576e+06', '1.007268046727592e+07', '+Inf',
  ]);
});

describe('two waits, one after the other', () => {
  const work = { fixedMs: 0, medianMs: 5, spread: spreads.queue };
  const even = (share: number, mostMs: number): Wait => ({ share, meanMs: mostMs / 2, msAt: (rank) => rank * mostMs });
  const share = fc.double({ min: 0.001, max: 1, noNaN: true });
  const mostMs = fc.double({ min: 0, max: 500, noNaN: true });

  test('add what each of them adds on the whole, however rare one of them is', () => {
    fc.assert(fc.property(share, mostMs, share, mostMs, (oneShare, oneMs, otherShare, otherMs) => {
      const [one, other] = [even(oneShare, oneMs), even(otherShare, otherMs)];
      const both = later(later(work, one), other);
      expect(meanMs(both)).toBeCloseTo(meanMs(later(work, one)) + meanMs(later(work, other)) - meanMs(work), 6);
      expect(averageMs(both)).toBeCloseTo(averageMs(later(work, one)) + averageMs(later(work, other)) - averageMs(work), 6);
    }));
  });

  test('a wait that two in a hundred meet does not make the others wait who meet a common one', () => {
    const both = later(later(work, even(1, 2)), even(0.02, 1_000));
    expect(shareAtLeast(both, 200)).toBeLessThan(0.021);
    expect(averageMs(both) - averageMs(work)).toBeLessThan(14);
  });

  test('one that nobody meets changes nothing', () => {
    expect(averageMs(later(later(work, even(0, 50)), even(0, 70)))).toBeCloseTo(averageMs(work), 9);
    expect(meanMs(later(later(work, even(0, 50)), even(0, 70)))).toBe(5);
  });
});
