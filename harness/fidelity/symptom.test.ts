import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, symptomOf } from './symptom.ts';

const line = (...values: (number | undefined)[]): Line => values.map((value, i) => ({ atMs: i * 5_000, value }));
const at = { injectMs: 20_000, untilMs: 60_000, leastChange: 1 };

test('a line that stays in its band is flat, and one look outside is noise', () => {
  expect(symptomOf(line(10, 11, 10, 9, 10, 11, 10), at)).toMatchObject({ moved: 'flat', quiet: 10 });
  expect(symptomOf(line(10, 11, 10, 9, 10, 40, 10, 10), at)).toMatchObject({ moved: 'flat' });
});

test('a line that leaves its band says how, when and how far', () => {
  expect(symptomOf(line(10, 10, 10, 10, 10, 20, 80, 100, 100, 100), at)).toEqual({ moved: 'rises', afterMs: 5_000, quiet: 10, level: 100 });
  expect(symptomOf(line(10, 10, 10, 10, 10, 4, 0, 0, 0), at)).toMatchObject({ moved: 'falls', afterMs: 5_000, level: 0 });
});

test('a line that ends is gone, also when it wavers on its way out; one that begins appears', () => {
  expect(symptomOf(line(10, 10, 10, 10, 5, 2, undefined, undefined, undefined, undefined), at)).toEqual({ moved: 'gone', afterMs: 0, quiet: 10 });
  expect(symptomOf(line(undefined, undefined, undefined, undefined, undefined, 3, 6, 6), at)).toMatchObject({ moved: 'appears', afterMs: 5_000, level: 6 });
});

test('a rate whose counter is born with the first event rises from nothing; without any event it is flat', () => {
  const rate = { ...at, isRate: true };
  expect(symptomOf(line(undefined, undefined, undefined, undefined, undefined, 3, 6, 6), rate)).toEqual({ moved: 'rises', afterMs: 5_000, quiet: 0, level: 6 });
  expect(symptomOf(line(undefined, undefined, undefined, undefined, undefined, 0.5, 0.5), rate)).toMatchObject({ moved: 'flat' });
  expect(symptomOf(line(undefined, undefined, undefined, undefined, undefined, undefined), rate)).toMatchObject({ moved: 'flat' });
});

test('a quantile of nothing is no number, and has not appeared', () => {
  expect(symptomOf(line(undefined, undefined, undefined, undefined, Number.NaN, Number.NaN, Number.NaN), at)).toMatchObject({ moved: 'flat' });
});

test('what happens after the fault ended is not its symptom', () => {
  expect(symptomOf(line(10, 10, 10, 10, 10, 10, 10, 99, 99, 99), { ...at, untilMs: 30_000 })).toMatchObject({ moved: 'flat' });
});

test('a unit is only a unit: a line in milliseconds has the symptom of the same line in seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 8, maxLength: 20 }), (values) => {
      const one = symptomOf(line(...values), at);
      const other = symptomOf(line(...values.map((value) => value * 1_024)), { ...at, leastChange: at.leastChange * 1_024 });
      expect([other.moved, other.afterMs]).toEqual([one.moved, one.afterMs]);
    }),
  );
});
