import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/kernel/random.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import type { LoadSpec } from '../clusters/contract.ts';
import type { ClientSecond } from './contract.ts';
import { Generator } from './generator.ts';
import { KeyDraw, keyAt, splitKeys } from './keys.ts';
import type { Outcome, Requester } from './requester.ts';
import { SecondCounter } from './second-counter.ts';

const mixed: LoadSpec = { shape: 'mixed', ratePerSecond: 500, reads: 0.7, keys: 'zipfian', valueBytes: 64 };

/** A database that answers after a while, in virtual time. */
async function runs(load: LoadSpec, { seconds, answer }: { readonly seconds: number; readonly answer: (clock: VirtualClock, kind: string) => Promise<Outcome> }) {
  const clock = new VirtualClock(1_000_000);
  const told: ClientSecond[] = [];
  const stop = new AbortController();
  const requester: Requester = { connect: async () => undefined, read: () => answer(clock, 'read'), write: () => answer(clock, 'write'), [Symbol.dispose]: () => {} };
  const generator = new Generator({ requester, clock, random: Random.fromSeed(1), load });
  void generator.run((second) => told.push(second), stop.signal);
  await clock.advance(seconds * 1000 + 10);
  stop.abort();
  return { told, generator };
}

describe('an open loop', () => {
  test('sends at its rate, in its mix, and tells each second once', async () => {
    const { told } = await runs(mixed, { seconds: 4, answer: async (clock) => (await clock.sleep(3), { code: 'ok', retries: 0 }) });
    expect(told.map(({ atMs }) => atMs)).toEqual([1_000_000, 1_001_000, 1_002_000, 1_003_000]);
    for (const { ok, errors, p50Ms } of told) expect([ok > 490 && ok < 510, errors, p50Ms]).toEqual([true, {}, 3]);
    const reads = told.reduce((sum, { kinds }) => sum + (kinds?.['read']?.ok ?? 0), 0) / told.reduce((sum, { ok }) => sum + ok, 0);
    expect(reads).toBeCloseTo(0.7, 1);
  });

  test('a database that stalls does not slow the sending, and the wait is in the latency', async () => {
    const stalled = (clock: VirtualClock) => clock.now() < 1_002_000;
    const { told } = await runs(mixed, { seconds: 4, answer: async (clock) => (await clock.sleep(stalled(clock) ? 1_002_000 - clock.now() : 3), { code: 'ok', retries: 0 }) });
    expect(told.map(({ ok, inFlight }) => [ok, (inFlight ?? 0) > 400])).toEqual([[0, true], [expect.any(Number), expect.any(Boolean)], [expect.any(Number), false], [expect.any(Number), false]]);
    expect(told.reduce((sum, { ok }) => sum + ok, 0)).toBeGreaterThan(1_980);
    expect(Math.max(...told.map(({ p99Ms }) => p99Ms ?? 0))).toBeGreaterThan(1_900);
  });

  test('a generator that did not get to run says so, tells every second, and does not make up for it in one rush', async () => {
    let [nowMs, wakes] = [0, 0];
    // It is kept from running for five seconds, once.
    const clock = { now: () => nowMs, sleep: async (spanMs: number) => void (nowMs += ++wakes === 500 ? 5_000 : spanMs) };
    const [told, stop]: [ClientSecond[], AbortController] = [[], new AbortController()];
    let sent = 0;
    const answer = async () => (sent++, { code: 'ok', retries: 0 });
    const requester: Requester = { connect: async () => undefined, read: answer, write: answer, [Symbol.dispose]: () => {} };
    await new Generator({ requester, clock, random: Random.fromSeed(1), load: mixed }).run((second) => (told.push(second), told.length === 8 && stop.abort()), stop.signal);
    expect(told.map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => n * 1_000));
    expect(told.filter(({ lateMs }) => lateMs !== undefined).map(({ lateMs }) => lateMs)).toEqual([4_998]);
    expect(sent).toBeLessThan(500 * 4.1);
  });

  test('errors stand by their code and are no latencies', async () => {
    const { told } = await runs(mixed, { seconds: 2, answer: async (_, kind) => ({ code: kind === 'write' ? 'RESOURCE_EXHAUSTED' : 'ok', retries: kind === 'write' ? 2 : 0 }) });
    const [first] = told;
    expect(Object.keys(first?.errors ?? {})).toEqual(['RESOURCE_EXHAUSTED']);
    expect(first?.kinds?.['write']).toEqual({ ok: 0, failed: first?.errors['RESOURCE_EXHAUSTED'] });
    expect(first?.retries).toBe(2 * (first?.errors['RESOURCE_EXHAUSTED'] ?? 0));
  });

  test('idle clients send nothing', async () => {
    const { told } = await runs({ ...mixed, shape: 'idle' }, { seconds: 2, answer: async () => ({ code: 'ok', retries: 0 }) });
    expect(told.map(({ ok }) => ok)).toEqual([0, 0]);
  });

  test('a change of the load counts at once', async () => {
    const clock = new VirtualClock(0);
    const told: ClientSecond[] = [];
    const requester: Requester = { connect: async () => undefined, read: async () => ({ code: 'ok', retries: 0 }), write: async () => ({ code: 'ok', retries: 0 }), [Symbol.dispose]: () => {} };
    const generator = new Generator({ requester, clock, random: Random.fromSeed(1), load: mixed });
    void generator.run((second) => told.push(second), new AbortController().signal);
    await clock.advance(1_001);
    generator.set({ ...mixed, ratePerSecond: 100 });
    await clock.advance(2_010);
    expect(told.map(({ ok }) => Math.round(ok / 50) * 50)).toEqual([500, 100, 100]);
  });
});

describe('keys', () => {
  test('lie in order over the whole key space, and the split keys part it evenly', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(place, place, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(Buffer.compare(keyAt(low), keyAt(high))).toBeLessThanOrEqual(0);
    }));
    expect(splitKeys(4).map(String)).toEqual(['key-250000', 'key-500000', 'key-750000']);
    expect(splitKeys(1)).toEqual([]);
  });

  test('zipfian: the most popular key draws about 7 %, as on the twin; uniform: none stands out', () => {
    const top = (keys: LoadSpec['keys']) => {
      const draw = new KeyDraw(Random.fromSeed(3));
      const counts = new Map<string, number>();
      for (let i = 0; i < 20_000; i++) {
        const key = draw.next({ keys }, 'reads').toString();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return Math.max(...counts.values()) / 20_000;
    };
    expect(top('zipfian')).toBeGreaterThan(0.06);
    expect(top('zipfian')).toBeLessThan(0.08);
    expect(top('uniform')).toBeLessThan(0.001);
  });

  test('a hot spot draws its share of the writes to a few neighbours, and leaves the reads alone', () => {
    const draw = new KeyDraw(Random.fromSeed(3));
    const hot = { of: 'writes', share: 0.6, at: 0.25 } as const;
    const near = (of: 'reads' | 'writes') => Array.from({ length: 5_000 }, () => draw.next({ keys: 'uniform', hot }, of).toString()).filter((key) => key.startsWith('key-25000')).length / 5_000;
    expect(near('writes')).toBeCloseTo(0.6, 1);
    expect(near('reads')).toBeLessThan(0.01);
  });
});

test('quantiles are by nearest rank, and absent where nothing succeeded', () => {
  const counter = new SecondCounter();
  for (let i = 1; i <= 200; i++) counter.ended('read', { code: 'ok', retries: 0 }, i);
  expect(counter.take(0, 0)).toMatchObject({ ok: 200, p50Ms: 100, p99Ms: 198 });
  expect(counter.take(1_000, 0)).toEqual({ atMs: 1_000, ok: 0, errors: {}, retries: 0, inFlight: 0, kinds: {} });
});
