import { expect, test } from 'vitest';
import { queryInstant, queryRange } from './engine.ts';
import { parsePromql } from './parse.ts';
import { storeOf } from './series-notation.ts';

const store = storeOf('15s', { 'm_total{i="1"}': '0+1x200', 'm_total{i="2"}': '0+1x200' });
const ask = (query: string, limits?: { maxSamples: number; maxVisits: number }) => () => queryInstant(store, query, { atMs: 3_000_000, ...(limits ? { limits } : {}) });

test('a subquery with more steps than anyone can want fails before it takes memory', () => {
  expect(ask('sum_over_time(m_total[300d:1ms])')).toThrow('too many samples');
  expect(ask('sum_over_time(vector(1)[300d:1ms])')).toThrow('too many samples');
  expect(ask('max_over_time(max_over_time(m_total[1h:1s])[1h:1s])')).not.toThrow();
});

test('what selectors hold is bounded, and so is what windows look at', () => {
  expect(() => queryRange(store, 'm_total', { startMs: 0, endMs: 1_000_000, stepMs: 1_000, limits: { maxSamples: 2_001, maxVisits: 1 } })).toThrow('too many samples');
  expect(ask('sum_over_time(m_total[1h])', { maxSamples: 100, maxVisits: 401 })).toThrow('timed out');
  expect(ask('sum_over_time(m_total[1h])', { maxSamples: 100, maxVisits: 402 })).not.toThrow();
});

test('a query that is nested without end is a bad query, not a crash', () => {
  expect(() => parsePromql(`${'('.repeat(50_000)}1${')'.repeat(50_000)}`)).toThrow('parse error');
  expect(() => parsePromql('-'.repeat(100_001))).toThrow('longer than');
});

test('a step that comes out as zero is refused', () => {
  expect(ask('m_total[1m:step()]')).toThrow('duration must be greater than 0');
});
