import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonBytes, longestValue } from './json-bytes.ts';
import { LabelSet } from './labels.ts';
import { formatValue } from './promql/format.ts';

function written(write: (json: JsonBytes) => void): string {
  const json = new JsonBytes();
  json.reserve(longestValue);
  write(json);
  return json.finished().toString('utf8');
}

const decimal = fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 0, max: 9 })).map(([digits, places]) => digits / 10 ** places);
const large = fc.tuple(fc.maxSafeNat(), fc.integer({ min: -12, max: 30 })).map(([digits, power]) => digits * 10 ** power);
const special = fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e-6, 9.99e-7, 1e15, 999_999_999_999_999, 1e15 - 0.125, 1e21, 1e20, 123_456_789_012.001, 4_294_967_296.5, Number.MIN_VALUE, Number.MAX_VALUE, 0.1 + 0.2, 2 ** 53);

test('a value is written as Prometheus writes it, digit for digit', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), decimal, large, special, fc.integer()), (value) => {
      expect(written((json) => json.value(value))).toBe(formatValue(value));
    }),
    { numRuns: 3_000 },
  );
});

test('strings are escaped as JSON, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }))), (units) => {
      const text = String.fromCharCode(...units);
      expect(written((json) => json.string(text))).toBe(JSON.stringify(text));
    }),
  );
  expect(written((json) => json.labels(LabelSet.from({ b: 'a"b', a: 'ü', c: '\\' })))).toBe('{"a":"ü","b":"a\\"b","c":"\\\\"}');
});

test('a text that is longer than the buffer is whole, and does not disturb the next', () => {
  const json = new JsonBytes();
  for (const part of ['x'.repeat(3_000_000), 'é'.repeat(40_000), 'z']) {
    json.clear();
    json.text('"');
    json.text(part);
    const first = json.finished();
    json.clear();
    json.text('other');
    expect([first.toString('utf8'), json.finished().toString('utf8')]).toEqual([`"${part}`, 'other']);
  }
});

test('a list of whole numbers is what JSON writes, with null for a gap', () => {
  const whole = fc.oneof(fc.integer({ min: -12, max: 12 }), fc.maxSafeInteger(), fc.constant(NaN)).map((number) => (number === 0 ? 0 : number));
  fc.assert(
    fc.property(fc.array(whole), (numbers) => {
      expect(written((json) => json.wholes(Float64Array.from(numbers)))).toBe(JSON.stringify(numbers));
    }),
  );
});
