import { expect, test } from 'vitest';
import { inFlightMax } from '../clients/in-flight.ts';
import type { Applied } from './apply-queue.ts';
import { Brakes } from './brakes.ts';
import type { LevelEvents, Levels } from './levels.ts';
import type { StoreLoad } from './pipeline.ts';
import { usualSettings } from './store-settings.ts';

const mib = 2 ** 20;
const spanSeconds = 0.5;
const kibibyte = 1_024;
const settings = { ...usualSettings(), flowControl: false, softPendingBytes: 64 * mib };
const nothing: LevelEvents = { flushedBytes: 0, flushes: 0, compactedRead: 0, compactedWritten: 0, compactions: 0 };
const trees = { free: {}, slowed: { pendingBytes: 65 * mib }, stopped: { level0Files: 20 } } as const;

/** Brakes of a store with a tree like this, and ticks of raw puts of a kibibyte each. */
function braked(): { look: (tree: keyof typeof trees) => void; tick: (writes: number) => Applied & { readonly proposed: number }; readonly brakes: Brakes } {
  const brakes = new Brakes();
  return {
    brakes,
    look: (tree) => void brakes.look({ level0Files: 0, immutable: 0, pendingBytes: 0, ...trees[tree] } as Levels, nothing, { settings, flow: 0 }),
    tick: (writes) => {
      const load: StoreLoad = {
        reads: 0, writes, entries: writes, followed: 0, followedEntries: 0, ofTransactions: 0, followedOfTransactions: 0, refused: 0, tooLarge: 0, api: 'raw', valueBytes: kibibyte, valuesPerWrite: 1, readBytes: kibibyte, readSeconds: 0, holdsRegions: true, news: { byHeartbeat: 0, ledPerSecond: Infinity }, large: undefined, contended: undefined,
        commits: new Map([['', { followerIds: [], unheardIds: [], writes, entries: writes, writers: undefined, drawn: 0, ofTransactions: 0 }]]),
      };
      brakes.admit(load, spanSeconds);
      return { ...brakes.apply(load, spanSeconds), proposed: load.writes };
    },
  };
}

test('a slowdown lets 16 MiB a second through for as long as it lasts, and the rest waits at the clients', () => {
  const { look, tick } = braked();
  look('slowed');
  let [held, answered] = [0, 0];
  for (let i = 0; i < 120; i++) {
    const { proposed, writes } = tick(10_000);
    held += proposed - writes;
    expect(held).toBeLessThan(inFlightMax + 1);
    if (i >= 60) answered += writes;
  }
  expect(answered / (60 * spanSeconds)).toBeCloseTo(16 * 1_024, -1);
});

test('a stop answers nobody, and once it ends everybody is answered, whether or not anybody writes', () => {
  const { look, tick, brakes } = braked();
  look('stopped');
  let held = 0;
  for (let i = 0; i < 40; i++) {
    const { proposed, writes } = tick(1_000);
    expect(writes).toBe(0);
    held += proposed;
  }
  expect(held).toBe(inFlightMax);
  look('free');
  const { writes, wait } = tick(0);
  expect([writes, wait!.share, brakes.appliedBytes]).toEqual([held, 1, held * kibibyte]);
  // They came in the first three seconds of twenty.
  expect([wait!.msAt(0.01), wait!.msAt(0.99)]).toEqual([17_500, 20_000]);
  expect(tick(1_000)).toEqual({ writes: 1_000, wait: undefined, proposed: 1_000 });
});

test('whom a long slowdown holds back for a moment has waited for that moment', () => {
  const { look, tick } = braked();
  look('slowed');
  for (let i = 0; i < 600; i++) expect(tick(1_000)).toEqual({ writes: 1_000, wait: undefined, proposed: 1_000 });
  tick(10_000);
  look('free');
  expect(tick(1_000).wait!.msAt(1)).toBe(500);
});

test('nobody waits any more once RocksDB has let go, and flow control never held anybody', () => {
  const { look, tick, brakes } = braked();
  look('stopped');
  for (let i = 0; i < 20; i++) tick(1_000);
  expect([brakes.applyMs >= 3_000, brakes.throttleMs]).toEqual([true, 0]);
  look('free');
  tick(1_000);
  expect([brakes.applyMs, brakes.throttleMs, brakes.waitMs]).toEqual([0, 0, 0]);
});
