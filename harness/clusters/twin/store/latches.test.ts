import { expect, test } from 'vitest';
import { smallSpec, TestCluster } from '../cluster.fixture.ts';
import { keysOf } from '../clients/meetings.ts';
import { type KeyClass, latchWait } from './latches.ts';
import { Random } from '../../../../src/kernel/random.ts';

const holdMs = 4;

/** Writes of a minute on eight keys, one by one, each key served in order. */
function lived(perSecond: number): { readonly share: number; readonly meanMs: number } {
  const random = Random.fromSeed(3);
  const freeAtMs = new Float64Array(8);
  const waits: number[] = [];
  for (let atMs = 0; atMs < 600_000; ) {
    atMs += (-Math.log(1 - random.unit()) * 1_000) / perSecond;
    const key = random.below(8);
    const free = freeAtMs[key] as number;
    waits.push(Math.max(0, free - atMs));
    freeAtMs[key] = Math.max(free, atMs) + holdMs;
  }
  const waited = waits.filter((each) => each > 0);
  return { share: waited.length / waits.length, meanMs: waited.reduce((sum, each) => sum + each, 0) / waited.length };
}

test.each([200, 800, 1_400])('waits for latches are those of single writes that meet on eight keys, at %i a second', (perSecond) => {
  const one = lived(perSecond);
  const wait = latchWait([{ share: 1, each: 1 / 8 }], { writesPerSecond: perSecond, holdMs })!;
  for (const ratio of [wait.share / one.share, wait.meanMs / one.meanMs]) {
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  }
});

test('keys that nobody shares make nobody wait, popular and hot ones do', () => {
  const led = { writeShare: 1 / 3, hotPart: 0 };
  const load = { shape: 'mixed', ratePerSecond: 4_000, reads: 0.5, valueBytes: 100 } as const;
  const waitOf = (keys: readonly KeyClass[], writesPerSecond: number) => latchWait(keys, { writesPerSecond, holdMs });
  expect(waitOf(keysOf({ ...load, keys: 'uniform' }, led), 667)).toBeUndefined();
  // The chance that two writes of Zipf's law are for the same of a million keys is the sum of the squares of their shares.
  expect(waitOf(keysOf({ ...load, keys: 'zipfian' }, led), 667)!.share).toBeCloseTo(2_000 * 0.004 * 0.00794, 2);
  const hot = { ...load, keys: 'uniform', hot: { of: 'writes', at: 0.5, share: 0.8 } } as const;
  expect(waitOf(keysOf(hot, { writeShare: 0.8 + 0.2 / 3, hotPart: 1 }), 1_733)!.share).toBeGreaterThan(0.5);
  expect(waitOf(keysOf(hot, { writeShare: 0.2 / 3, hotPart: 0 }), 133)).toBeUndefined();
});

const latches = 'histogram_quantile(0.99, sum by (instance, le) (rate(tikv_scheduler_latch_wait_duration_seconds_bucket{type="prewrite"}[1m])))';

test('transactions on a few keys wait for each other, with disk and CPU at rest; raw puts do not', async () => {
  const load = { ...smallSpec.load, ratePerSecond: 2_000, reads: 0.1, keys: 'uniform' } as const;
  const hot = { of: 'writes', at: 0.5, share: 0.9 } as const;
  const lab = await TestCluster.start(1, { ...smallSpec, load: { ...load, api: 'txn' } });
  await lab.pass(60);
  expect(Math.max(...Object.values(await lab.query(latches)))).toBeLessThan(0.001);
  await lab.controls.load.set({ ...load, api: 'txn', hot });
  await lab.pass(120);
  const waits = Object.values(await lab.query(latches)).sort((a, b) => a - b);
  expect(waits.at(-1)).toBeGreaterThan(0.01);
  // The others lead none of these keys.
  expect(waits[1]).toBeLessThan(0.001);
  const raw = await TestCluster.start(1, { ...smallSpec, load });
  await raw.controls.load.set({ ...load, hot });
  await raw.pass(120);
  expect(Object.values(await raw.query(latches)).filter((value) => value > 0)).toEqual([]);
});
