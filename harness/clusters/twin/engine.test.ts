import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';

test('things happen in order of time, and in order of planning within an instant', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (delays) => {
      const engine = new Engine(1_000);
      const happened: (readonly [number, number])[] = [];
      delays.forEach((delay, order) => engine.after(delay, () => happened.push([engine.nowMs, order])));
      engine.runTo(1_100);
      const expected = delays.map((delay, order) => [1_000 + delay, order] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(happened).toEqual(expected);
    }),
  );
});

test('nothing happens before its time, and time ends where it was told to', () => {
  const engine = new Engine(0);
  let ticks = 0;
  engine.every(10, 5, () => ticks++);
  engine.runTo(24);
  expect([ticks, engine.nowMs]).toEqual([2, 24]);
  engine.runTo(25);
  expect(ticks).toBe(3);
});
