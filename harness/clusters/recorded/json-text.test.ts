import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementsOf, endOfJson } from './json-text.ts';

describe('cutting JSON as text', () => {
  test('finds where any value ends, whatever follows it', () => {
    const value = fc.oneof(fc.json(), fc.jsonValue().map((json) => JSON.stringify(json, null, 2)));
    fc.assert(
      fc.property(value, (text) => {
        expect(endOfJson(`[${text},"}"]`, 1)).toBe(1 + text.length);
      }),
    );
  });

  test('cuts a list into its elements, in any layout', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (list, indent) => {
        const json = JSON.parse(JSON.stringify(list)) as unknown[];
        expect(elementsOf(JSON.stringify({ count: 3, stores: json }, null, indent), 'stores').map((text) => JSON.parse(text) as unknown)).toEqual(json);
      }),
    );
  });

  test('gives the whole elements of a document that was cut off', () => {
    expect(elementsOf('{"stores":[{"id":1},{"id":2},{"i', 'stores')).toEqual(['{"id":1}', '{"id":2}']);
    expect(elementsOf('{"stores":["abc', 'stores')).toEqual([]);
  });
});
