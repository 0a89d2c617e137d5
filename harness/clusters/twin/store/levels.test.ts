import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Levels } from './levels.ts';

const mib = 2 ** 20;
const tickMs = 500;
const pace = { spanMs: tickMs, stretch: 1, bytesPerSecond: Infinity };

/** Writes at a rate for a while; answers the most files of level 0 and the sums of what ended. */
function written(levels: Levels, { fromMs, seconds, bytesPerSecond }: { readonly fromMs: number; readonly seconds: number; readonly bytesPerSecond: number }) {
  const sums = { most: 0, flushes: 0, flushed: 0, compactions: 0, out: 0 };
  for (let at = tickMs; at <= seconds * 1000; at += tickMs) {
    const events = levels.tick(fromMs + at, (bytesPerSecond * tickMs) / 1000, pace);
    sums.most = Math.max(sums.most, levels.level0Files);
    sums.flushes += events.flushes;
    sums.flushed += events.flushedBytes;
    sums.compactions += events.compactions;
    sums.out += events.compactedWritten;
  }
  return sums;
}

test('at a quiet rate a memtable is flushed when it is full, and four files are compacted in some seconds', () => {
  const levels = new Levels();
  const { flushes, compactions, most } = written(levels, { fromMs: 0, seconds: 600, bytesPerSecond: mib });
  expect([flushes, compactions, most]).toEqual([18, 4, 4]);
});

test('a flood piles up files faster than they are compacted, as recorded, and is worked off when it ends', () => {
  const levels = new Levels();
  const { most } = written(levels, { fromMs: 0, seconds: 45, bytesPerSecond: 26 * mib });
  // Recorded under 25 MB/s: up to 11 files and 383 MB due.
  expect([most >= 8, most <= 20]).toEqual([true, true]);
  expect(levels.pendingBytes).toBeGreaterThan(0);
  written(levels, { fromMs: 45_000, seconds: 60, bytesPerSecond: 0 });
  expect([levels.level0Files < 4, levels.pendingBytes]).toEqual([true, 0]);
});

test('no byte is lost: what was written is in memtables or was flushed', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 200 * mib }), { maxLength: 40 }), (ticks) => {
    const levels = new Levels();
    let [written, flushed] = [0, 0];
    ticks.forEach((bytes, at) => {
      written += bytes;
      flushed += levels.tick(at * tickMs, bytes, pace).flushes * 32 * mib;
    });
    expect(levels.memtableBytes + flushed).toBe(written);
  }));
});

test('flushes and compactions together write no more than they may, and compactions get their turn', () => {
  const levels = new Levels();
  let [writtenBytes, compactions] = [0, 0];
  const [seconds, bytesPerSecond] = [600, 8 * mib];
  for (let at = tickMs; at <= seconds * 1000; at += tickMs) {
    const events = levels.tick(at, (15e6 * tickMs) / 1000, { ...pace, bytesPerSecond });
    writtenBytes += events.flushedBytes + events.compactedWritten;
    compactions += events.compactions;
  }
  expect(compactions).toBeGreaterThan(0);
  expect(writtenBytes / seconds / bytesPerSecond).toBeLessThanOrEqual(1);
  expect(writtenBytes / seconds / bytesPerSecond).toBeGreaterThan(0.9);
});
