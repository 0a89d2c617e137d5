import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { Rounds } from './rounds.ts';

const periodMs = 1_000;

test('things that are due once in a period are done when each of them would be by itself', () => {
  fc.assert(fc.property(fc.array(fc.record({ firstMs: fc.integer({ min: 1, max: periodMs }), joinsMs: fc.nat(3_000) }), { maxLength: 40 }), (members) => {
    const engine = new Engine(5_000);
    const done: [number, number][] = [];
    const rounds = new Rounds<number>(engine, periodMs, (item) => done.push([engine.nowMs, item]));
    members.forEach(({ firstMs, joinsMs }, item) => engine.after(joinsMs, () => rounds.add([{ item, firstMs }])));
    engine.runTo(10_000);
    const due = members.flatMap(({ firstMs, joinsMs }, item) => {
      const first = 5_000 + joinsMs + firstMs;
      return Array.from({ length: 10 }, (_, n) => [first + n * periodMs, item] as const).filter(([atMs]) => atMs <= 10_000);
    });
    const byTime = (a: readonly [number, number], b: readonly [number, number]) => a[0] - b[0] || a[1] - b[1];
    expect(done.toSorted(byTime)).toEqual(due.toSorted(byTime));
  }), { numRuns: 400 });
});

test('what joins just when others of its phase are due is first due when it was said', () => {
  const engine = new Engine(5_000);
  const done: string[] = [];
  const rounds = new Rounds<string>(engine, periodMs, (item) => done.push(`${item}@${engine.nowMs}`));
  engine.after(1_109, () => rounds.add([{ item: 'late', firstMs: periodMs }]));
  engine.after(6, () => rounds.add([{ item: 'first', firstMs: 103 }]));
  engine.runTo(7_200);
  expect(done).toEqual(['first@5109', 'first@6109', 'first@7109', 'late@7109']);
});

test('what was taken out is done no more', () => {
  const engine = new Engine(0);
  const done: string[] = [];
  const rounds = new Rounds<string>(engine, periodMs, (item) => done.push(`${item}@${engine.nowMs}`));
  rounds.add([{ item: 'a', firstMs: 100 }, { item: 'b', firstMs: 100 }]);
  engine.after(500, () => rounds.remove('a'));
  engine.runTo(1_200);
  expect(done).toEqual(['a@100', 'b@100', 'b@1100']);
});
