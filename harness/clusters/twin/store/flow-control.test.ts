import { expect, test } from 'vitest';
import { FlowControl } from './flow-control.ts';
import type { LevelEvents, Levels } from './levels.ts';
import { usualSettings } from './store-settings.ts';

const settings = usualSettings();
const flow = 4_000_000;
const flushed: LevelEvents = { flushedBytes: 1, flushes: 1, compactedRead: 0, compactedWritten: 0, compactions: 0 };
const tree = ({ level0Files = 0, immutable = 0, pendingBytes = 0 }: Partial<Levels>): Levels => ({ level0Files, immutable, pendingBytes }) as Levels;

test('begins at what transactions wrote, and gets harder with every flush that leaves too many files', () => {
  const control = new FlowControl();
  control.look(tree({ level0Files: 20 }), flushed, { settings, flow });
  expect(control.bytesPerSecond).toBe(Infinity);
  control.look(tree({ level0Files: 21 }), flushed, { settings, flow });
  expect(control.bytesPerSecond).toBe(flow);
  for (let files = 22; files < 200; files++) control.look(tree({ level0Files: files }), flushed, { settings, flow });
  // Recorded in write-overload: 16384.
  expect(control.bytesPerSecond).toBe(16_384);
});

test('lets go when the files are compacted, and remembers where it was', () => {
  const control = new FlowControl();
  for (const level0Files of [21, 22, 23]) control.look(tree({ level0Files }), flushed, { settings, flow });
  const held = control.bytesPerSecond;
  control.look(tree({ level0Files: 3 }), flushed, { settings, flow });
  expect(control.bytesPerSecond).toBe(Infinity);
  control.look(tree({ level0Files: 21 }), flushed, { settings, flow });
  expect(control.bytesPerSecond).toBeCloseTo(held / 0.8);
});

test('has nothing to hold back where nobody sends transactions', () => {
  const control = new FlowControl();
  control.look(tree({ level0Files: 60 }), flushed, { settings, flow: 0 });
  expect(control.bytesPerSecond).toBe(Infinity);
});

test('turns a growing share away between the soft limit of what is due and the hard one, and everybody in the end', () => {
  const control = new FlowControl();
  const due = (gibibytes: number) => {
    control.look(tree({ pendingBytes: gibibytes * 2 ** 30 }), flushed, { settings, flow });
    return control.discardRatio;
  };
  expect(due(190)).toBe(0);
  expect(due(300)).toBe(0.01);
  const later = due(300);
  expect(later).toBeGreaterThan(0.01);
  for (let i = 0; i < 40; i++) due(1_200);
  expect(control.discardRatio).toBeCloseTo(1);
  expect(due(100)).toBe(0);
});

test('lets everybody through once it is switched off', () => {
  const control = new FlowControl();
  control.look(tree({ level0Files: 30 }), flushed, { settings, flow });
  control.look(tree({ level0Files: 30 }), flushed, { settings: { ...settings, flowControl: false }, flow });
  expect([control.bytesPerSecond, control.discardRatio]).toEqual([Infinity, 0]);
});

test('turns nobody away below the soft limit, also where the hard one lies below it, and from there on more and more', () => {
  const crossed = { ...settings, hardPendingBytes: 100 * 2 ** 30 };
  const control = new FlowControl();
  const due = (gibibytes: number) => {
    control.look(tree({ pendingBytes: gibibytes * 2 ** 30 }), flushed, { settings: crossed, flow });
    return control.discardRatio;
  };
  expect([due(0), due(0), due(150), due(150)]).toEqual([0, 0, 0, 0]);
  for (let i = 0; i < 40; i++) due(193);
  expect(control.discardRatio).toBeCloseTo(1);
});
