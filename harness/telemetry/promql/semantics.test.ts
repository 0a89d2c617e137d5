import { describe, expect, test } from 'vitest';
import { queryInstant, queryRange } from './engine.ts';
import { storeOf } from './series-notation.ts';

type Series = Readonly<Record<string, string>>;

/** The values of an instant query in order of labels; NaN and infinities as text. */
function values(series: Series, query: string, atSeconds: number, step = '15s'): (number | string)[] {
  const answer = queryInstant(storeOf(step, series), query, { atMs: atSeconds * 1_000 });
  const found = answer.kind === 'scalar' ? [answer.point.value] : answer.kind === 'string' ? [] : answer.series.map(({ points }) => points[0]?.value ?? NaN);
  return found.map((value) => (Number.isFinite(value) ? value : String(value)));
}

const labelsOf = (series: Series, query: string, atSeconds: number) => {
  const answer = queryInstant(storeOf('15s', series), query, { atMs: atSeconds * 1_000 });
  return answer.kind === 'vector' ? answer.series.map(({ labels }) => labels.toObject()) : [];
};

describe('which samples count', () => {
  test('a window is open on the left and closed on the right', () => {
    expect(values({ m: '0+1x40' }, 'count_over_time(m[1m])', 60)).toEqual([4]);
    expect(values({ m: '0+1x40' }, 'rate(m[15s])', 60)).toEqual([]);
  });

  test('a sample is visible for less than five minutes', () => {
    expect(values({ m: '1' }, 'm', 299.999)).toEqual([1]);
    expect(values({ m: '1' }, 'm', 300)).toEqual([]);
  });

  test('a stale marker hides a series at once; NaN is a value', () => {
    const series = { m: '1 2 stale 4 NaN' };
    expect(values(series, 'm', 29)).toEqual([2]);
    expect(values(series, 'm', 30)).toEqual([]);
    expect(values(series, 'm', 60)).toEqual(['NaN']);
    expect(values(series, 'count_over_time(m[1h])', 60)).toEqual([4]);
  });

  test('a subquery steps on multiples of its step since the epoch', () => {
    expect(values({ m: '0+1x200' }, 'sum_over_time(m[30s:20s])', 65, '1s')).toEqual([40 + 60]);
  });

  test('@ start() and end() are those of the whole query, also inside a subquery', () => {
    const answer = queryRange(storeOf('15s', { m: '0+1x40' }), 'max_over_time((m @ end())[1m:15s])', { startMs: 60_000, endMs: 120_000, stepMs: 30_000 });
    expect(answer).toMatchObject({ series: [{ points: [{ value: 8 }, { value: 8 }, { value: 8 }] }] });
  });
});

describe('rates', () => {
  test('a restart of a counter does not count as a fall', () => {
    expect(values({ c: '10 20 5 15' }, 'increase(c[31s])', 30, '10s')[0]).toBeCloseTo(25.8333, 3);
    expect(values({ c: '10 20 5' }, 'irate(c[1m])', 30, '10s')).toEqual([0.5]);
    expect(values({ c: '10 20 5' }, 'resets(c[1m])', 30, '10s')).toEqual([1]);
  });

  test('extrapolation stops where a counter would have been zero', () => {
    const series = { c: '1 1 11 21 31' };
    expect(values(series, 'increase(c[1m])', 60)[0]).toBeCloseTo(31, 9);
    expect(values(series, 'delta(c[1m])', 60)[0]).toBeCloseTo(40, 9);
  });

  test('a level series has slope zero, exactly', () => {
    expect(values({ m: '5x20' }, 'deriv(m[1m])', 120)).toEqual([0]);
    expect(values({ m: '0+15x20' }, 'predict_linear(m[1m], 60)', 120)[0]).toBeCloseTo(180, 6);
  });
});

describe('histograms', () => {
  const buckets = (counts: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(counts).map(([le, count]) => [`h_bucket{le="${le}"}`, String(count)]));

  test('a quantile is read off a straight line inside its bucket, whatever the order of the texts of the bounds', () => {
    expect(values(buckets({ 9: 10, 10: 20, '+Inf': 20 }), 'histogram_quantile(0.75, h_bucket)', 0)).toEqual([9.5]);
  });

  test('above the last finite bound, that bound is the answer', () => {
    expect(values(buckets({ 1: 1, '+Inf': 10 }), 'histogram_quantile(0.9, h_bucket)', 0)).toEqual([1]);
  });

  test('without a +Inf bucket, or without observations, there is no quantile', () => {
    expect(values(buckets({ 1: 1, 2: 2 }), 'histogram_quantile(0.9, h_bucket)', 0)).toEqual(['NaN']);
    expect(values(buckets({ 1: 0, '+Inf': 0 }), 'histogram_quantile(0.9, h_bucket)', 0)).toEqual(['NaN']);
  });

  test('counts that fall from bucket to bucket are lifted, and an info says so', () => {
    const series = buckets({ 1: 10, 2: 8, 3: 20, '+Inf': 20 });
    expect(values(series, 'histogram_quantile(0.75, h_bucket)', 0)).toEqual([2.5]);
    expect(queryInstant(storeOf('15s', series), 'histogram_quantile(0.75, h_bucket)', { atMs: 0 }).infos[0]).toContain('needed to be fixed for monotonicity');
  });

  test('histograms of two metrics are not mixed into one', () => {
    const series = { ...buckets({ 1: 1, '+Inf': 1 }), 'g_bucket{le="1"}': '1', 'g_bucket{le="+Inf"}': '1' };
    expect(() => values(series, 'histogram_quantile(0.5, {__name__=~"._bucket"})', 0)).toThrow('same labelset');
  });

  test('a fraction is the share between two bounds', () => {
    expect(values(buckets({ 1: 10, 2: 30, '+Inf': 40 }), 'histogram_fraction(0.5, 1.5, h_bucket)', 0)).toEqual([0.375]);
    expect(values(buckets({ '-1': 10, 1: 30, '+Inf': 40 }), 'histogram_fraction(-2, +Inf, h_bucket)', 0)).toEqual([0.75]);
  });
});

describe('aggregation', () => {
  test('small numbers survive beside large ones', () => {
    expect(values({ 'm{i="1"}': '1', 'm{i="2"}': '1e100', 'm{i="3"}': '1', 'm{i="4"}': '-1e100' }, 'sum(m)', 0)).toEqual([2]);
    expect(values({ 'm{i="1"}': '1.7e308', 'm{i="2"}': '1.7e308' }, 'avg(m)', 0)).toEqual([1.7e308]);
  });

  test('max ignores NaN unless there is nothing else', () => {
    expect(values({ 'm{i="1"}': 'NaN', 'm{i="2"}': '1' }, 'max(m)', 0)).toEqual([1]);
    expect(values({ 'm{i="1"}': 'NaN' }, 'max(m)', 0)).toEqual(['NaN']);
  });

  test('topk gives the best first, with all their labels and NaN last', () => {
    const series = { 'm{i="1"}': '1', 'm{i="2"}': '3', 'm{i="3"}': 'NaN', 'm{i="4"}': '2' };
    expect(values(series, 'topk(3, m)', 0)).toEqual([3, 2, 1]);
    expect(values(series, 'bottomk(4, m)', 0)).toEqual([1, 2, 3, 'NaN']);
    expect(values(series, 'topk(0.9, m)', 0)).toEqual([]);
    expect(() => values(series, 'topk(NaN, m)', 0)).toThrow('Parameter value is NaN');
  });

  test('quantile, deviation, count_values and the empty vector', () => {
    const series = { 'm{i="1"}': '1', 'm{i="2"}': '3', 'm{i="3"}': '3' };
    expect(values(series, 'quantile(0.25, m)', 0)).toEqual([2]);
    expect(values(series, 'stdvar(m)', 0)[0]).toBeCloseTo(8 / 9, 12);
    expect(labelsOf(series, 'count_values("v", m)', 0)).toEqual([{ v: '1' }, { v: '3' }]);
    expect(values(series, 'count_values("v", m)', 0)).toEqual([1, 2]);
    expect(values(series, 'count(nope)', 0)).toEqual([]);
    expect(values(series, 'quantile(2, m)', 0)).toEqual(['Infinity']);
  });
});

describe('matching', () => {
  const series = { 'l{i="1",t="a"}': '2', 'l{i="1",t="b"}': '4', 'l{i="2",t="a"}': '8', 'q{i="1",x="one"}': '2', 'q{i="2"}': '4' };

  test('group_left copies labels from the one side, and takes away those it does not have', () => {
    expect(labelsOf({ ...series, 'l{i="2",t="a",x="old"}': '8' }, 'l{i="2",x="old"} / on(i) group_left(x) q', 0)).toEqual([{ i: '2', t: 'a' }]);
    expect(labelsOf(series, 'l{t="a"} / on(i) group_left(x) q', 0)).toEqual([{ i: '1', t: 'a', x: 'one' }, { i: '2', t: 'a' }]);
    expect(values(series, 'q * on(i) group_right l', 0)).toEqual([4, 8, 32]);
  });

  test('two on the one side, or many without a group, are an error', () => {
    expect(() => values(series, 'q / on(i) l', 0)).toThrow('found duplicate series for the match group {i="1"} on the right hand-side');
    expect(() => values(series, 'l / on(i) q', 0)).toThrow('many-to-one matching must be explicit');
    expect(() => values(series, 'l > on(i) q', 0)).toThrow('many-to-one matching must be explicit');
  });

  test('a filter keeps the name and value of its left side; bool and arithmetic drop the name', () => {
    expect(labelsOf(series, 'l > 7', 0)).toEqual([{ __name__: 'l', i: '2', t: 'a' }]);
    expect(values(series, '3 < l{t="a"}', 0)).toEqual([8]);
    expect(labelsOf(series, 'l{i="2"} > bool 7', 0)).toEqual([{ i: '2', t: 'a' }]);
  });

  test('two series that become the same are an error', () => {
    expect(() => values({ 'a{x="1"}': '1', 'b{x="1"}': '1' }, 'abs({x="1"})', 0)).toThrow('same labelset');
  });
});

describe('functions', () => {
  test('label_replace expands as Go does', () => {
    expect(labelsOf({ 'm{a="b-c"}': '1' }, 'label_replace(m, "d", "${2}_$1", "a", "(.*)-(.*)")', 0)).toEqual([{ __name__: 'm', a: 'b-c', d: 'c_b' }]);
    expect(labelsOf({ 'm{a="b-c"}': '1' }, 'label_replace(m, "d", "$2_", "a", "(.*)-(.*)")', 0)).toEqual([{ __name__: 'm', a: 'b-c' }]);
    expect(labelsOf({ 'm{a="b"}': '1' }, 'label_join(m, "d", "/", "a", "nope", "a")', 0)).toEqual([{ __name__: 'm', a: 'b', d: 'b//b' }]);
  });

  test('bytes that are no UTF-8 cannot name a label', () => {
    expect(() => values({ m: '1' }, 'label_replace(m, "\\xff", "x", "a", ".*")', 0)).toThrow('invalid destination label name');
    expect(() => values({ m: '1' }, 'count_values("a\\xc5z", m)', 0)).toThrow('invalid label name');
    expect(labelsOf({ m: '1' }, 'label_replace(m, "\\xc3\\xa9", "x", "a", ".*")', 0)).toEqual([{ __name__: 'm', é: 'x' }]);
  });

  test('absent tells the labels that are certain', () => {
    expect(labelsOf({ m: '1' }, 'absent(nope{job="x", a!="y"})', 0)).toEqual([{ job: 'x' }]);
    expect(labelsOf({ m: '1' }, 'absent(nope{job="x", job="y"})', 0)).toEqual([{}]);
    expect(labelsOf({ m: '1' }, 'absent(sum(nope{job="x"}))', 0)).toEqual([{}]);
    expect(values({ m: '1' }, 'absent(m)', 0)).toEqual([]);
    expect(values({ m: '1' }, 'absent_over_time(m[1m])', 120)).toEqual([1]);
  });

  test('timestamp is when the sample was taken, or now for anything computed', () => {
    expect(values({ m: '1' }, 'timestamp(m)', 60)).toEqual([0]);
    expect(values({ m: '1' }, 'timestamp(m + 0)', 60)).toEqual([60]);
  });

  test('rounding, remainder and power follow Go', () => {
    expect(values({ m: '-2.5' }, 'round(m)', 0)).toEqual([-2]);
    expect(values({ m: '7' }, 'round(m, 5)', 0)).toEqual([5]);
    expect(values({}, '-7 % 3', 0)).toEqual([-1]);
    expect(values({}, '1 ^ NaN', 0)).toEqual([1]);
    expect(values({ m: '5' }, 'clamp(m, 3, 1)', 0)).toEqual([]);
    expect(values({ m: 'NaN' }, 'clamp_max(m, 1)', 0)).toEqual(['NaN']);
  });

  test('the calendar is UTC', () => {
    const leapDay = Date.UTC(2028, 1, 29, 23, 59) / 1_000;
    expect(['year()', 'month()', 'day_of_month()', 'day_of_week()', 'day_of_year()', 'days_in_month()', 'hour()', 'minute()'].flatMap((query) => values({}, query, leapDay))).toEqual([2028, 2, 29, 2, 60, 29, 23, 59]);
  });

  test('scalar is NaN unless there is exactly one series', () => {
    expect(values({ 'm{i="1"}': '1', 'm{i="2"}': '2' }, 'scalar(m)', 0)).toEqual(['NaN']);
    expect(values({ 'm{i="1"}': '1', 'm{i="2"}': '2' }, 'scalar(m{i="2"})', 0)).toEqual([2]);
  });

  test('functions of native histograms give nothing for floats', () => {
    expect(values({ m: '1' }, 'histogram_count(m)', 0)).toEqual([]);
  });
});
