import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import { compareWithQuiet, comparisonRange, median, wholeFrom } from './baseline.ts';
import { shortened } from './bounds.ts';
import { nodeNamed } from './nodes.ts';

const stepMs = 5_000;
const quiet = { fromMs: 0, toMs: 60_000 };
const line = (values: readonly number[]): [number, number][] => values.map((value, index) => [index * stepMs, value]);
const calm = Array.from({ length: 13 }, (_, index) => 10 + (index % 2));

describe('a line against its quiet time', () => {
  test('dates a step by its first point', () => {
    const points = line([...calm, 11, 10, 50, 51, 50]);
    expect(compareWithQuiet(points, quiet, points.at(-1)?.[0] ?? 0)).toMatchObject({ now: 50, quiet: { min: 10, max: 11 }, leftBandAtMs: 75_000, shift: { atMs: 75_000 } });
  });

  test('finds the step even where the quiet time reaches past it', () => {
    const points = line([10, 10, 10, 10, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50]);
    expect(compareWithQuiet(points, quiet, points.at(-1)?.[0] ?? 0)).toMatchObject({ leftBandAtMs: null, shift: { atMs: 20_000, before: 10, after: 50 } });
  });

  test('does not take noise before the step for its beginning', () => {
    const points = line([...calm, 14, 13, 14, 60, 60]);
    expect(compareWithQuiet(points, quiet, points.at(-1)?.[0] ?? 0).leftBandAtMs).toBe(80_000);
  });

  test('a rate that counts too little while its series is young is no quiet value', () => {
    const promql = 'sum(rate(requests_total[30s]))';
    const range = { fromMs: 0, stepMs };
    const young = line([0, 0, 35, 50, 68, 85, 100, 100, 100, 100, 100, 100, 100]).slice(2);
    const against = (toMs: number) => compareWithQuiet(young, { fromMs: 0, toMs }, 60_000, wholeFrom(promql, young, range));
    expect(against(40_000)).toMatchObject({ quiet: { min: 100, max: 100 }, leftBandAtMs: null });
    // The quiet time was over before one whole window was; where most of that lies after it, nothing tells what was usual.
    expect(against(20_000)).toMatchObject({ quiet: { median: 100 }, leftBandAtMs: null });
    expect(against(12_000)).toMatchObject({ quiet: null, ratio: null });
    // An old series, a quantile and a gauge are whole from the start.
    expect([wholeFrom(promql, line(calm), range), wholeFrom(`histogram_quantile(0.99, ${promql})`, young, range), wholeFrom('up', young, range)].map(({ fromMs }) => fromMs)).toEqual([-Infinity, -Infinity, -Infinity]);
  });

  test('has no value now when its last sample is older than now', () => {
    const points = line(calm);
    expect(compareWithQuiet(points, quiet, 90_000)).toMatchObject({ now: null, ratio: null });
  });

  test('a line that stays as it was never left its band and never shifted', () => {
    fc.assert(fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 15, max: 60 }), (value, count) => {
      const points = line(Array.from({ length: count }, () => value));
      expect(compareWithQuiet(points, quiet, points.at(-1)?.[0] ?? 0)).toMatchObject({ leftBandAtMs: null, shift: null });
    }));
  });

  test('the range ends now, starts no earlier than the quiet time, and stays within 151 points', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 7 * 86_400_000 }), (spanMs) => {
      const range = comparisonRange({ quiet: { fromMs: 1_000, toMs: 2_000 }, nowMs: 1_000 + spanMs });
      expect(range.toMs).toBe(1_000 + spanMs);
      expect(range.fromMs).toBeGreaterThanOrEqual(1_000);
      expect((range.toMs - range.fromMs) / range.stepMs).toBeLessThanOrEqual(151);
    }));
  });

  test('the median lies between the smallest and the largest value', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      expect(median(values)).toBeGreaterThanOrEqual(Math.min(...values));
      expect(median(values)).toBeLessThanOrEqual(Math.max(...values));
    }));
  });
});

describe('bounds and names', () => {
  test('whatever is cut fits, what is shown stands where it stands in the whole, and what is missing is stated', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 400, max: 2_000 }), (value, maxBytes) => {
      const kept = shortened(value as Json, (each) => JSON.stringify(each).length <= maxBytes) as { cut?: object };
      expect(JSON.stringify(kept).length).toBeLessThanOrEqual(maxBytes);
      expect(kept.cut).toBeDefined();
    }));
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, text: 'x'.repeat(50) }));
    expect(shortened({ rows, note: 'kept' }, (each) => JSON.stringify(each).length <= 4_000)).toMatchObject({ note: 'kept', rows: rows.slice(0, 32), cut: { places: [{ path: '/rows', unit: 'items', shown: 32, of: 500 }] } });
  });

  test('a node is known by its id, address with any port, store id in either spelling, and not by a host that two share', () => {
    const topology = { nodes: [{ id: 'tikv-1', role: 'tikv', host: '10.0.0.1', aliases: ['10.0.0.1:20160', 'store-4'] }, { id: 'tikv-2', role: 'tikv', host: '10.0.0.2', aliases: ['10.0.0.2:20160'] }, { id: 'pd-1', role: 'pd', host: '10.0.0.2', aliases: ['10.0.0.2:2379'] }] };
    const names = ['tikv-1', 'TIKV-1', '10.0.0.1:20180', 'http://10.0.0.1:9', 'store 4', 'store-4', '10.0.0.2:2379', '10.0.0.2:9100', 'nobody'];
    expect(names.map((name) => nodeNamed(topology, name)?.id)).toEqual(['tikv-1', 'tikv-1', 'tikv-1', 'tikv-1', 'tikv-1', 'tikv-1', 'pd-1', undefined, undefined]);
  });
});
