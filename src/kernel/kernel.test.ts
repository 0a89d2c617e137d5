import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atPointer, canonicalJson } from './json.ts';
import { Random } from './random.ts';
import { nearest } from './text.ts';
import { formatSpan, parseRate, parseSize, parseSpan } from './units.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('kernel: virtual clock', () => {
  it('wakes sleepers in order of their instants, and each acts before time goes on', async () => {
    const clock = new VirtualClock(1_000);
    const seen: string[] = [];
    const sleeper = async (name: string, spanMs: number, times: number) => {
      for (let i = 0; i < times; i++) {
        await clock.sleep(spanMs);
        seen.push(`${name}@${clock.now()}`);
      }
    };
    void sleeper('a', 30, 3);
    void sleeper('b', 40, 2);
    await clock.advance(100);
    expect(seen).toEqual(['a@1030', 'b@1040', 'a@1060', 'b@1080', 'a@1090']);
    expect(clock.now()).toBe(1_100);
  });

  it('lets the world live up to an instant before anybody wakes there', async () => {
    let worldMs = 0;
    const clock = new VirtualClock(0, (toMs) => {
      worldMs = toMs;
    });
    const woke = clock.sleep(70).then(() => worldMs);
    await clock.advance(100);
    expect(await woke).toBe(70);
    expect(worldMs).toBe(100);
  });

  it('stands still between advances, and a cancelled sleeper never wakes', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const slept = clock.sleep(10, stop.signal).then(() => 'woke', () => 'cancelled');
    stop.abort();
    await clock.advance(100);
    expect(await slept).toBe('cancelled');
  });

  it('never runs backwards, whatever is slept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 30 }), async (spans) => {
        const clock = new VirtualClock(0);
        const woke: number[] = [];
        for (const span of spans) void clock.sleep(span).then(() => woke.push(clock.now()));
        await clock.advance(500);
        expect(woke).toEqual(spans.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('kernel: random', () => {
  it('gives the same stream for the same seed and name, whatever else was drawn', () => {
    const drawn = Random.fromSeed(7);
    drawn.uint32();
    expect(drawn.fork('disk').uint32()).toBe(Random.fromSeed(7).fork('disk').uint32());
    expect(Random.fromSeed(7).fork('disk').uint32()).not.toBe(Random.fromSeed(7).fork('net').uint32());
  });
  it('picks evenly enough to strike every store', () => {
    const counts = new Map<number, number>();
    for (let seed = 1; seed <= 300; seed++) {
      const drawn = Random.fromSeed(seed).fork('targets').below(3);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(count).toBeGreaterThan(70);
  });
});

describe('kernel: units, text and JSON', () => {
  it.each([['250ms', 250], ['45s', 45_000], ['1m30s', 90_000], ['45', undefined], ['s', undefined]])('reads the span %s', (text, spanMs) => expect(parseSpan(text)).toBe(spanMs));
  it('reads rates and sizes', () => expect([parseRate('2000/s'), parseRate('30/m'), parseRate('2000'), parseSize('64KiB'), parseSize('6GB')]).toEqual([2000, 0.5, undefined, 65_536, 6e9]));
  it('writes spans for people', () => expect([250, 3_200, 125_000, -1_500].map(formatSpan)).toEqual(['250 ms', '3.2 s', '2m05s', '-1.5 s']));
  it('guesses the word that was meant, and nothing when nothing is near', () => expect([nearest('io_dealy', ['io_delay', 'kill']), nearest('zebra', ['io_delay', 'kill'])]).toEqual(['io_delay', undefined]));
  it('follows JSON pointers', () => {
    const document = { a: [{ 'b/c': 1 }], '~': null };
    expect([atPointer(document, '/a/0/b~1c'), atPointer(document, '/~0'), atPointer(document, '/a/1'), atPointer(document, '')]).toEqual([1, null, undefined, document]);
  });
  it('gives equal values equal bytes', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
      expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(canonicalJson(value));
    }));
  });
});
