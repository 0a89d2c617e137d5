import { expect, test } from 'vitest';
import { compareHappenings, compareReadings } from './compare.ts';
import type { Reading } from './lines.ts';
import type { Symptom } from './symptom.ts';

const readings = (symptoms: Record<string, Symptom>): Reading[] => Object.entries(symptoms).map(([id, symptom]) => ({ signal: signalOf(id), of: 'struck', symptom }));
const signals = new Map<string, Reading['signal']>();
const signalOf = (id: string): Reading['signal'] => signals.get(id) ?? signals.set(id, { id, promql: id, per: 'store', leastChange: 1 }).get(id) as Reading['signal'];
const rises = (afterMs: number, quiet: number, level: number): Symptom => ({ moved: 'rises', afterMs, quiet, level });
const misses = (rows: ReturnType<typeof compareReadings>) => rows.filter((row) => !row.agrees).map((row) => [row.kind, row.what]);

test('the same movement within a fifth of its time and twice its ratio agrees', () => {
  const rows = compareReadings(readings({ latency: rises(60_000, 0.01, 1) }), readings({ latency: rises(70_000, 0.02, 1.1) }));
  expect(rows.map((row) => [row.kind, row.agrees])).toEqual([['symptom', true], ['time', true], ['magnitude', true]]);
});

test('another movement, a late one, a small one and a missing one are each named', () => {
  const real = { a: rises(60_000, 1, 10), b: rises(60_000, 1, 10), c: rises(60_000, 1, 10), d: rises(60_000, 1, 10) };
  const rows = compareReadings(readings(real), readings({ a: { moved: 'flat' }, b: rises(90_000, 1, 10), c: rises(60_000, 1, 4) }));
  expect(misses(rows)).toEqual([['symptom', 'a, struck'], ['time', 'b, struck'], ['magnitude', 'c, struck'], ['symptom', 'd, struck']]);
});

test('what the twin shows and the real cluster does not is a miss as well', () => {
  expect(misses(compareReadings(readings({ a: { moved: 'flat', quiet: 1 } }), readings({ a: rises(5_000, 1, 9) })))).toEqual([['symptom', 'a, struck']]);
  expect(misses(compareHappenings('alert', new Map(), new Map([['X firing', 5_000]])))).toEqual([['alert', 'X firing']]);
});

test('symptoms in another order are a miss', () => {
  const rows = compareReadings(readings({ a: rises(5_000, 1, 2), b: rises(60_000, 1, 2) }), readings({ a: rises(70_000, 1, 2), b: rises(60_000, 1, 2) }));
  expect(misses(rows)).toContainEqual(['order', 'a, struck before b, struck']);
});
