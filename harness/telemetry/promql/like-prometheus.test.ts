import { describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { prometheusTransport } from '../prometheus-api.ts';
import { queryInstant } from './engine.ts';
import { storeOf } from './series-notation.ts';

// Every expectation in this file is what a Prometheus 3.5.3 (2.53.3 for closed windows) answered to the same question.
const store = storeOf('15s', { 'm{v="a<b & c"}': '0+1x40', 'up{i="1"}': '1x40' });
const body = async (query: string, time = '300.12', windows: 'left-open' | 'closed' = 'left-open') =>
  orThrow(await prometheusTransport(store, () => 1e15, { windows })({ method: 'GET', path: '/api/v1/query', query: { query, time } })).body;
const value = (query: string): number | undefined => {
  const answer = queryInstant(store, query, { atMs: 300_000 });
  return answer.kind === 'vector' ? answer.series[0]?.points[0]?.value : undefined;
};

test('an instant of a sample has no fraction or three digits, that of a scalar only the digits it needs', async () => {
  expect(await body('vector(1)')).toContain('"value":[300.120,"1"]');
  expect(await body('vector(1)', '300')).toContain('"value":[300,"1"]');
  expect(await body('vector(1)', '-1.5')).toContain('"value":[-1.500,"1"]');
  expect(await body('1')).toContain('"result":[300.12,"1"]');
});

test('labels are written as they are, other texts safe for a page', async () => {
  expect(await body('m')).toContain('"v":"a<b & c"');
  expect(await body('"a<b & c"')).toContain('"a\\u003cb \\u0026 c"');
});

test.each([
  ['year(vector(NaN))', 292_277_026_596],
  ['day_of_month(vector(NaN))', 4],
  ['hour(vector(-Inf))', 15],
  ['month(vector(1e21))', 12],
  ['year(vector(1e15))', 31_690_708],
  ['year(vector(-9.2e18))', -291_536_392_293],
  ['hour(vector(-1.5))', 23],
  ['clamp_min(vector(NaN), Inf)', Infinity],
  ['clamp_max(vector(NaN), -Inf)', -Infinity],
  ['clamp_max(vector(NaN), 1)', NaN],
])('%s gives %d', (query, expected) => {
  expect(value(query)).toBe(expected);
});

describe('Prometheus 2 counts the sample at the very beginning of a window', () => {
  test.each([
    ['count_over_time(m[1m])', 4, 5],
    ['count_over_time(m[1m:15s])', 4, 5],
    ['increase(m[15s])', undefined, 1],
    ['m offset -1m @ 840', undefined, 40],
  ])('%s', (query, open, closed) => {
    const at = (windows: 'left-open' | 'closed') => {
      const answer = queryInstant(store, query, { atMs: 300_000, windows });
      return answer.kind === 'vector' ? answer.series[0]?.points[0]?.value : undefined;
    };
    expect([at('left-open'), at('closed')]).toEqual([open, closed]);
  });
});

test('a wording comes once, with the place where it came up last; a subquery has no place', async () => {
  expect(JSON.parse(await body('rate(up[1m]) >= bool rate(up[1m])'))).toMatchObject({ infos: [expect.stringMatching(/"up" \(1:27\)$/)] });
  expect(JSON.parse(await body('2 * rate(up[5m:1m])'))).toMatchObject({ infos: [expect.stringMatching(/"up" \(1:1\)$/)] });
});

test.each([
  ['1 <= 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
  ['nosuch(up)', '1:1: parse error: unknown function with name "nosuch"'],
  ['(up', '1:4: parse error: unclosed left parenthesis'],
  ['up{', '1:4: parse error: unexpected end of input inside braces'],
  ['up{i="1"', '1:9: parse error: unexpected end of input inside braces'],
  ['up{i "1"}', '1:6: parse error: unexpected string "\\"1\\"" in label matching, expected label matching operator'],
  ['up{i=x}', '1:6: parse error: unexpected identifier "x" in label matching, expected string'],
  ['up)', "1:4: parse error: unexpected right parenthesis ')'"],
  ['sum(up) i', '1:9: parse error: unexpected identifier "i"'],
  ['up bool 1', '1:4: parse error: unexpected <bool>'],
  ['1e309', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e309": value out of range'],
])('%s is refused in the same words', (query, because) => {
  expect(() => queryInstant(store, query, { atMs: 0 })).toThrow(because);
});
