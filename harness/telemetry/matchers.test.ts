import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchoredRegex, compileAnchored, matcher } from './matchers.ts';

test('regexes match the whole value, line breaks included', () => {
  const accepts = (regex: string, value: string) => matcher('l', '=~', regex).test(value);
  expect(accepts('ab', 'abc')).toBe(false);
  expect(accepts('ab.*', 'abc')).toBe(true);
  expect(accepts('a.b', 'a\nb')).toBe(true);
  expect(accepts('a|bc', 'bc')).toBe(true);
  expect(accepts('a|bc', 'abc')).toBe(false);
  expect(accepts('10.77.0.2[12]:20180', '10.77.0.21:20180')).toBe(true);
});

test('the empty value is an absent label: != and !~ accept it', () => {
  expect(matcher('l', '=', '').test('')).toBe(true);
  expect(matcher('l', '!=', 'x').test('')).toBe(true);
  expect(matcher('l', '!~', 'x|y').test('')).toBe(true);
  expect(matcher('l', '=~', '.+').test('')).toBe(false);
  expect(matcher('l', '=~', '.*').test('')).toBe(true);
});

test('a regex that makes a backtracking engine hang answers at once', () => {
  expect(matcher('l', '=~', '(a+)+$').test(`${'a'.repeat(40)}b`)).toBe(false);
});

test('syntax that RE2 does not have is refused', () => {
  expect(() => matcher('l', '=~', '(?=a)b')).toThrow();
  expect(() => matcher('l', '=~', 'a[')).toThrow();
});

test('alternatives of plain text, open or not, mean what RE2 says they mean', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '\n'), maxLength: 6 });
  const choice = fc.array(fc.constantFrom('a', 'b', '_', '.*'), { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(choice, { minLength: 1, maxLength: 3 }), text, (choices, value) => {
      const source = choices.join('|');
      expect(anchoredRegex(source)(value), `${source} on ${JSON.stringify(value)}`).toBe(compileAnchored(source).matches(value));
    }),
  );
});
