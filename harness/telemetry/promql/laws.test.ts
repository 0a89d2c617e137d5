import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricStore } from '../store.ts';
import { queryInstant, queryRange, type AnswerSeries } from './engine.ts';

const stepMs = 15_000;
const scrapes = 24;

/** Whole numbers, so that sums are exact in any order; gaps and stale markers included. */
const sample = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -1_000, max: 1_000 }) }, { weight: 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('stale' as const) });
const world = fc.array(fc.array(sample, { minLength: scrapes, maxLength: scrapes }), { minLength: 1, maxLength: 6 });
type World = readonly (readonly (number | 'stale' | undefined)[])[];

/** Series `m{g, i}` in three groups. */
function storeOf(series: World, shiftMs = 0): MetricStore {
  const store = new MetricStore();
  series.forEach((values, i) =>
    values.forEach((value, scrape) => value !== undefined && store.append({ __name__: 'm_total', g: `g${i % 3}`, i: String(i) }, 1_000_000 + shiftMs + scrape * stepMs, value)),
  );
  return store;
}

const range = { startMs: 1_000_000, endMs: 1_000_000 + scrapes * stepMs, stepMs: 20_000 };
const rows = (series: readonly AnswerSeries[]) => series.map(({ labels, points }) => ({ labels: labels.toObject(), points: points.map(({ atMs, value }) => [atMs, value]) }));
function over(store: MetricStore, query: string, shiftMs = 0) {
  const answer = queryRange(store, query, { ...range, startMs: range.startMs + shiftMs, endMs: range.endMs + shiftMs });
  return answer.kind === 'matrix' ? rows(answer.series) : [];
}

const queries = ['m_total', 'rate(m_total[1m])', 'sum by (g) (m_total)', 'max_over_time(m_total[1m:20s])', 'm_total > 0', 'm_total * on(i) group_left m_total', 'm_total unless m_total > 0', 'topk(2, m_total)', 'absent(m_total)', 'deriv(m_total[90s])'];

describe('an instant query is a range query with one step', () => {
  test.each(queries)('%s', (query) => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: scrapes * stepMs }), (series, afterMs) => {
        const store = storeOf(series);
        const atMs = range.startMs + afterMs;
        const instant = queryInstant(store, query, { atMs });
        const ranged = queryRange(store, query, { startMs: atMs, endMs: atMs, stepMs: 1_000 });
        expect(instant.kind === 'vector' && new Map(rows(instant.series).map((row) => [JSON.stringify(row.labels), row]))).toEqual(
          ranged.kind === 'matrix' && new Map(rows(ranged.series).map((row) => [JSON.stringify(row.labels), row])),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('each point of a range query is what an instant query gives there', () => {
  test.each(queries)('%s', (query) => {
    fc.assert(
      fc.property(world, (series) => {
        const store = storeOf(series);
        const matrix = new Map(over(store, query).flatMap(({ labels, points }) => points.map(([atMs, value]) => [`${JSON.stringify(labels)} ${atMs}`, value])));
        const points = new Map<string, number | undefined>();
        for (let atMs = range.startMs; atMs <= range.endMs; atMs += range.stepMs) {
          const answer = queryInstant(store, query, { atMs });
          for (const row of answer.kind === 'vector' ? rows(answer.series) : []) points.set(`${JSON.stringify(row.labels)} ${atMs}`, row.points[0]?.[1]);
        }
        expect(points).toEqual(matrix);
      }),
      { numRuns: 10 },
    );
  });
});

test('the sum of the groups is the sum of all', () => {
  fc.assert(
    fc.property(world, (series) => {
      const store = storeOf(series);
      expect(over(store, 'sum(sum by (g) (m_total))')).toEqual(over(store, 'sum(m_total)'));
      expect(over(store, 'sum(count by (g) (m_total))')).toEqual(over(store, 'count(m_total)'));
      expect(over(store, 'max(max without (i) (m_total))')).toEqual(over(store, 'max(m_total)'));
    }),
  );
});

describe('offset shows the past: the same query on data that lies that much later', () => {
  test.each(['m_total offset 1m', 'rate(m_total[1m] offset 1m)', 'sum_over_time(m_total[1m:20s] offset 1m)'])('%s', (query) => {
    fc.assert(
      fc.property(world, (series) => {
        expect(over(storeOf(series), query)).toEqual(over(storeOf(series, 60_000), query.replace(' offset 1m', '')));
      }),
      { numRuns: 30 },
    );
  });
});

test('a filter and its opposite split a vector in two', () => {
  fc.assert(
    fc.property(world, (series) => {
      const store = storeOf(series);
      expect(over(store, '(m_total > 0) or (m_total <= 0)')).toEqual(over(store, 'm_total'));
      expect(over(store, '(m_total and m_total > 0) or (m_total unless m_total > 0)')).toEqual(over(store, 'm_total'));
    }),
  );
});

test('increase is rate times the range, and neither is negative for a counter', () => {
  fc.assert(
    fc.property(world, (series) => {
      const store = storeOf(series.map((values) => values.map((value) => (typeof value === 'number' ? Math.abs(value) : value))));
      const increases = over(store, 'increase(m_total[1m])').flatMap(({ points }) => points.map(([, value]) => value as number));
      const rates = over(store, 'rate(m_total[1m]) * 60').flatMap(({ points }) => points.map(([, value]) => value as number));
      expect(rates.length).toBe(increases.length);
      rates.forEach((rate, i) => expect(rate).toBeCloseTo(increases[i] as number, 6));
      expect(Math.min(0, ...increases)).toBe(0);
    }),
  );
});

test('what comes later never changes the answer about a moment', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 0, max: scrapes - 1 }), fc.constantFrom(...queries), (series, known, query) => {
      const untilMs = range.startMs + known * stepMs;
      const past = storeOf(series.map((values) => values.slice(0, known + 1)));
      const whole = queryRange(storeOf(series), query, { ...range, untilMs });
      const partial = queryRange(past, query, range);
      expect(whole.kind === 'matrix' && rows(whole.series)).toEqual(partial.kind === 'matrix' && rows(partial.series));
    }),
  );
});
