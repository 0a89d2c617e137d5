import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOf, parseExposition, readExposition, type ExpositionFormat } from './exposition.ts';
import { exportOpenMetrics } from './exposition-export.ts';
import { writeExposition } from './exposition-write.ts';
import { MetricStore } from './store.ts';

const samplesOf = (text: string, format: ExpositionFormat = 'text') => {
  const parsed = parseExposition(text, format);
  return parsed.ok ? parsed.value.samples : parsed.failure.because;
};

describe('the plain text format', () => {
  test('name, labels, value and time are read, and any amount of space between them', () => {
    expect(samplesOf('up 1\n  requests_total{ code = "200" , path="/a b",} \t 1.5e3   1700000000123\nlast 0')).toEqual([
      { name: 'up', labels: {}, value: 1 },
      { name: 'requests_total', labels: { code: '200', path: '/a b' }, value: 1500, timestampMs: 1700000000123 },
      { name: 'last', labels: {}, value: 0 },
    ]);
  });

  test('quotes, backslashes, line breaks and braces in label values come out as they were meant', () => {
    expect(samplesOf(String.raw`m{a="say \"hi\"",b="C:\\dir\n",c="}{,=",d="\d"} 1`)).toMatchObject([{ labels: { a: 'say "hi"', b: 'C:\\dir\n', c: '}{,=', d: '\\d' } }]);
  });

  test.each([['NaN', NaN], ['+Inf', Infinity], ['-Inf', -Infinity], ['-0', -0], ['.5', 0.5], ['1E3', 1000]])('the value %s is understood', (text, value) => {
    expect(samplesOf(`m ${text}`)).toEqual([{ name: 'm', labels: {}, value }]);
  });

  test('metric names beyond ASCII stand in quotes', () => {
    expect(samplesOf('{"my.metric",a="b"} 1\nother{"label.x"="y"} 2')).toMatchObject([{ name: 'my.metric', labels: { a: 'b' } }, { name: 'other', labels: { 'label.x': 'y' } }]);
  });

  test('types and helps are kept, other comments are read over', () => {
    const parsed = parseExposition('# HELP m What it\\nis.\n# TYPE m counter\n# just a word\n\nm 1\n');
    expect(parsed.ok && [...parsed.value.metadata]).toEqual([['m', { type: 'counter', help: 'What it\nis.' }]]);
  });

  test.each([
    ['m{a="b" 1', '1:10: the labels are not closed'],
    ['ok 1\nm{a="b} 1', '2:10: a label value is not closed'],
    ['m{a=b} 1', '1:5: a label value in double quotes is expected here'],
    ['m{a="1",a="2"} 1', '1:14: the label "a" is there twice'],
    ['m{a="1" b="2"} 1', '1:9: a comma or a closing brace is expected here'],
    ['m{1a="1"} 1', '1:3: a label name is expected here'],
    ['m one', '1:3: "one" is not a number'],
    ['m 0x10', '1:3: "0x10" is not a number'],
    ['m 1e400', '1:3: "1e400" is not a number'],
    ['m 1\r\n', '1:3: "1\\r" is not a number'],
    ['m 1 -5', '1:5: "-5" is not a timestamp in milliseconds'],
    ['# TYPE m unknown', '1:1: invalid metric type "unknown"'],
    ['m', '1:2: the sample has no value'],
    ['m 1 2.5', '1:5: "2.5" is not a timestamp in milliseconds'],
    ['m 1 2 3', '1:3: "3" stands behind the timestamp'],
    ['# TYPE m number', '1:1: invalid metric type "number"'],
    ['m-x 1', '1:2: "-x" is not part of a metric name'],
    ['{a="b"} 1', '1:8: the series has no metric name'],
  ])('%j is refused with its place', (text, because) => expect(samplesOf(text)).toBe(because));
});

describe('OpenMetrics', () => {
  test('a page with units, exemplars, times in seconds and an end is read', () => {
    const page = '# TYPE d_seconds histogram\n# UNIT d_seconds seconds\n# HELP d_seconds Say \\"how long\\".\nd_seconds_bucket{le="1.0"} 3 # {trace_id="a b"} 0.67 1520879607.789\nd_seconds_count 3 1520879607.789\n# TYPE r counter\nr_total 7.0\nr_created 1520872607.123\n# EOF\n';
    const parsed = parseExposition(page, 'openmetrics');
    expect(parsed.ok && parsed.value.samples).toEqual([
      { name: 'd_seconds_bucket', labels: { le: '1.0' }, value: 3 },
      { name: 'd_seconds_count', labels: {}, value: 3, timestampMs: 1520879607789 },
      { name: 'r_total', labels: {}, value: 7 },
      { name: 'r_created', labels: {}, value: 1520872607.123 },
    ]);
    expect(parsed.ok && Object.fromEntries(parsed.value.metadata)).toEqual({ d_seconds: { type: 'histogram', help: 'Say "how long".', unit: 'seconds' }, r: { type: 'counter', help: '' } });
  });

  test.each([
    ['m 1\n', '2:1: the page does not end with # EOF'],
    ['m 1\n# EOF\nm 2\n', '3:1: there is something after # EOF'],
    ['m  1\n# EOF\n', '1:2: one space and a value are expected here'],
    ['\n# EOF\n', '1:1: a metric name, a comment or the end is expected here'],
    ['m{a="b", c="d"} 1\n# EOF\n', '1:9: a label name is expected here'],
    ['# a word\n# EOF\n', '1:1: "# a word" is not a valid comment: only HELP, TYPE, UNIT and EOF are'],
    ['# UNIT m seconds\n# EOF\n', '1:1: unit "seconds" not a suffix of metric "m"'],
    ['m 1 NaN\n# EOF\n', '1:5: invalid timestamp "NaN"'],
    ['m{a="b",} 1\n# EOF\n', '1:9: a label name is expected here'],
    ['m 1 # {a="b"} 1\n# EOF\n', '1:5: only counters and buckets have exemplars'],
    ['m_total 1 # {a="b} 1\n# EOF\n', '1:21: a label value is not closed'],
    ['m_total 1 # {a="b"}\n# EOF\n', '1:20: an exemplar needs a value'],
  ])('%j is refused with its place', (text, because) => expect(samplesOf(text, 'openmetrics')).toBe(because));
});

test('the content type says which format a page is in', () => {
  expect(formatOf('application/openmetrics-text; version=1.0.0; charset=utf-8')).toBe('openmetrics');
  expect(formatOf('text/plain; version=0.0.4')).toBe('text');
  expect(formatOf(undefined)).toBe('text');
});

test('a page that is broken anywhere is answered or refused, never thrown at the scraper', () => {
  const page = '# TYPE m counter\nm{a="x",b="y\\"z"} 1 2\n{"u.v"} NaN\n# EOF\n';
  const mutations = fc.record({ at: fc.nat(page.length), cut: fc.nat(3), text: fc.string({ maxLength: 3 }), format: fc.constantFrom<ExpositionFormat>('text', 'openmetrics') });
  fc.assert(
    fc.property(mutations, ({ at, cut, text, format }) => {
      const read = readExposition(page.slice(0, at) + text + page.slice(at + cut), format, { known: new Map(), make: () => 0, sample: () => {} });
      expect(read.ok || /^\d+:\d+: /.test(read.failure.because)).toBe(true);
    }),
    { numRuns: 10_000, seed: 5 },
  );
});

const labelValue = fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text !== '' && text.isWellFormed());
const samples = fc.uniqueArray(fc.record({ a: labelValue, value: fc.double() }), { minLength: 1, maxLength: 5, selector: ({ a }) => a });

test('what is written is read again: every label value and every number', () => {
  fc.assert(
    fc.property(samples, (written) => {
      const store = new MetricStore();
      const target = store.target('j', 'i');
      target.begin(1_000);
      for (const { a, value } of written) target.set(target.series('m', { a }), value);
      target.end({ up: true, durationSeconds: 0 });
      const plain = written.map(({ a, value }) => ({ name: 'm', labels: { a }, value: Object.is(value, NaN) ? NaN : value }));
      expect(samplesOf(writeExposition(store, target, 1_000))).toEqual(plain);
      const exported = samplesOf([...exportOpenMetrics(store)].join(''), 'openmetrics');
      for (const { labels, value } of plain) expect(exported).toContainEqual({ name: 'm', labels: { ...labels, job: 'j', instance: 'i' }, value, timestampMs: 1_000 });
    }),
    { numRuns: 200, seed: 7 },
  );
});

test('an export groups series by family under the name that OpenMetrics gives a counter', () => {
  const store = new MetricStore();
  store.describe('r_total', { type: 'counter', help: 'Requests.' });
  store.describe('d', { type: 'histogram', help: '' });
  for (const name of ['d_count', 'r_total', 'd_bucket']) store.append({ __name__: name, le: name === 'd_bucket' ? '1' : '' }, 1_500, 2);
  expect([...exportOpenMetrics(store)].join('')).toBe('# TYPE d histogram\nd_bucket{le="1"} 2 1.5\nd_count 2 1.5\n# TYPE r counter\n# HELP r Requests.\nr_total 2 1.5\n# EOF\n');
});
