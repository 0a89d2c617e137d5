import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkStore } from './chunks.ts';
import { FloatPool } from './columns.ts';
import { PackedRows, SampleScratch } from './packed-rows.ts';

const column = (expected?: number) => new PackedRows({ pool: new FloatPool(), chunks: new ChunkStore() }, expected);
const row = (...values: readonly number[]) => Float64Array.from(values);

function filled(values: readonly number[], expected?: number): PackedRows {
  const made = column(expected);
  for (const value of values) made.push(row(value));
  return made;
}

const read = (from: PackedRows, at = 0): number[] => [...from.read(at, { from: 0, to: from.count })];

/** Steps of one kind each: what counters, gauges and timers are made of. */
const steps = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -30_000, max: 30_000 }), fc.integer(), fc.constant(0), fc.integer({ min: 0, max: 5_000 }).map((n) => n / 1_000), fc.double());
const likeAMetric = fc.tuple(fc.constantFrom(1, 1, 0.01, 1e-9, 1e12), fc.array(steps, { minLength: 1, maxLength: 150 })).map(([scale, moves]) => {
  let value = 0;
  return moves.map((move) => (value += move * scale));
});
const anything = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 2 ** 53, -(2 ** 53), Number.MIN_VALUE, Number.MAX_VALUE)), { minLength: 1, maxLength: 150 });

test('every value comes back bit for bit, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(likeAMetric, anything), fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }), (values, expected) => {
      expect(read(filled(values, expected))).toEqual(values);
    }),
    { numRuns: 400 },
  );
});

test('any part can be read by itself, also into a scratch that was used before', () => {
  const scratch = new SampleScratch();
  fc.assert(
    fc.property(fc.oneof(likeAMetric, anything), fc.nat(149), fc.nat(149), (values, a, b) => {
      const [from, to] = [Math.min(a, b, values.length), Math.min(Math.max(a, b), values.length)];
      expect([...filled(values).read(0, { from, to }, scratch).subarray(0, to - from)]).toEqual(values.slice(from, to));
    }),
  );
});

test('the newest value can be exchanged and taken back, at the edge of a chunk too', () => {
  for (const length of [1, 31, 32, 33, 64, 65, 96]) {
    const values = Array.from({ length }, (_, i) => i * 3);
    const changed = filled(values);
    changed.replaceLast(row(7.5));
    expect(read(changed)).toEqual([...values.slice(0, -1), 7.5]);
    changed.dropLast();
    changed.push(row(8));
    expect(read(changed)).toEqual([...values.slice(0, -1), 8]);
  }
});

test('a column that says its values never fall tells the truth', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('push', 'push', 'replace', 'drop'), fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 120 }), (moves) => {
      const made = column();
      let [mayDrop, level] = [false, 0];
      for (const [move, step, resets] of moves) {
        level = resets && step === 3 ? 0 : level + step;
        if (move === 'push') made.push(row(level));
        else if (mayDrop && move === 'replace') made.replaceLast(row(level));
        else if (mayDrop) made.dropLast();
        mayDrop = move === 'push' || (mayDrop && move === 'replace');
      }
      const values = read(made);
      if (!made.falls(0)) expect(values).toEqual(values.toSorted((a, b) => a - b));
    }),
  );
});

test('what only grows is known not to fall, however long it is, and one step down is met wherever it comes', () => {
  const growing = Array.from({ length: 100 }, (_, i) => i);
  expect(filled(growing).falls(0)).toBe(false);
  for (const at of [1, 31, 32, 33, 64, 99]) expect(filled(growing.map((value, i) => (i === at ? -1 : value))).falls(0), `down at ${at}`).toBe(true);
});

test('thousands of columns share their buffers without touching each other', () => {
  const memory = { pool: new FloatPool(), chunks: new ChunkStore() };
  const columns = Array.from({ length: 3_000 }, () => new PackedRows(memory));
  for (let i = 0; i < 200; i++) columns.forEach((each, number) => each.push(row(number % 3 === 0 ? number + i / 7 : number * i)));
  columns.forEach((each, number) => {
    expect([...each.read(0, { from: 0, to: 200 })].every((value, i) => value === (number % 3 === 0 ? number + i / 7 : number * i)), `column ${number}`).toBe(true);
  });
});

test('rows have the values of each column, and a column that comes later begins with those of another', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('push', 'push', 'push', 'push', 'repeat', 'replace', 'column'), fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double()), { minLength: 6, maxLength: 6 }), fc.nat(5)), { maxLength: 150 }), (moves) => {
      const made = column(4);
      const want: number[][] = [[]];
      for (const [move, values, number] of moves) {
        const empty = want[0]?.length === 0;
        if (move === 'column' && want.length < 6) {
          expect(made.addColumn(number % want.length)).toBe(want.length);
          want.push([...(want[number % want.length] ?? [])]);
        } else if (move === 'push') {
          made.push(row(...values));
          want.forEach((each, at) => each.push(values[at] ?? NaN));
        } else if (move === 'repeat' && !empty) {
          made.repeat(number);
          for (const each of want) each.push(...Array.from({ length: number }, () => each.at(-1) ?? NaN));
        } else if (move === 'replace' && !empty) {
          made.replaceLast(row(...values));
          want.forEach((each, at) => each.splice(-1, 1, values[at] ?? NaN));
        }
      }
      want.forEach((each, at) => {
        expect(read(made, at)).toEqual(each);
        if (!made.falls(at)) expect(each).toEqual(each.toSorted((a, b) => a - b));
      });
    }),
    { numRuns: 300 },
  );
});
