import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalSeries } from '../../history/bundle.ts';
import { captionOf, lineRows } from './caption.ts';
import { drawn } from './decimate.ts';
import { type Frame, frameOf, timeTicks } from './frame.ts';
import { seriesChart } from './series.ts';
import { storyOf } from './story.ts';

const second = 1000;
const faultMs = 100 * second;
const fault = { alias: 'v', fault: 'process-kill', struck: ['tikv-2'], fromMs: faultMs, toMs: 200 * second, colour: 'red' };
const framed = (faults = [fault], endMs = 300 * second): Frame => frameOf({ startMs: 0, endMs, faults, gaveUp: false, toolCalls: 0 });
const every5 = (valueAt: (s: number) => number | undefined): [number, number][] =>
  Array.from({ length: 61 }, (_, i) => [i * 5 * second, valueAt(i * 5)] as const).filter((point): point is [number, number] => point[1] !== undefined).map(([at, value]) => [at, value]);
const signal = (unit: string, lines: Record<string, [number, number][]>, threshold?: number): SignalSeries => ({
  id: 's', title: 'leaders', unit, ...(threshold === undefined ? {} : { threshold }), lines: Object.entries(lines).map(([name, points]) => ({ name, points })),
});
const caption = (of: SignalSeries, frame = framed()) => captionOf(of, of.lines.map((line) => storyOf(line, frame)), frame);

describe('the sentence under a chart', () => {
  it('names the line that moved most, its numbers and the delay', () => {
    expect(caption(signal('count', { 'tikv-1': every5(() => 40), 'tikv-2': every5((s) => (s < 115 ? 40 : 0)) }))).toBe('leaders of tikv-2: 40 → 0, 15 s after the fault.');
  });

  it('says when a limit was crossed', () => {
    expect(caption(signal('seconds', { all: every5((s) => (s >= 105 && s < 120 ? 0.232 : 0.014)) }, 0.1))).toBe('leaders: 14 ms → 232 ms, 5 s after the fault (limit 100 ms).');
  });

  it('says that a line fell silent', () => {
    expect(caption(signal('count', { a: every5(() => 3), b: every5((s) => (s > 100 && s < 200 ? undefined : 3)) }))).toBe('leaders: 3 throughout, unmoved by the fault; no samples from v 1:40 to v 3:20 of b.');
  });

  it('tells a silence before the change that ended it', () => {
    expect(caption(signal('count', { a: every5((s) => (s <= 100 ? 40 : s < 200 ? undefined : 0)) }))).toBe('leaders: 40, no samples from v 1:40 to v 3:20, then 0.');
  });

  it('knows limits from below', () => {
    expect(caption(signal('ratio', { a: every5((s) => (s < 115 ? 0.9 : 0.1)) }, 0.3))).toContain('(limit 30 %)');
    expect(caption(signal('ratio', { a: every5((s) => (s < 115 ? 0.9 : 0.5)) }, 0.3))).not.toContain('limit');
  });

  it('does not cry wolf over ordinary noise', () => {
    expect(caption(signal('count', { a: every5((s) => 100 + ((s * 7) % 11)) }))).toMatch(/^leaders: 100 … 110 throughout, unmoved by the fault\.$/);
  });

  it('speaks of a line that appears with the fault', () => {
    expect(caption(signal('per-second', { errors: every5((s) => (s >= 110 ? 12 : undefined)) }))).toBe('leaders: appears, 12/s, 10 s after the fault.');
  });

  it('of a run without a fault gives the range', () => {
    expect(caption(signal('ratio', { a: every5((s) => 0.5 + s / 10_000) }), framed([]))).toBe('leaders: 50 % … 53 % throughout.');
  });

  it('says when there is nothing to see', () => {
    expect(caption(signal('count', { a: [] }))).toBe('leaders: no samples in this run.');
  });

  it('has its numbers in a table too', () => {
    const one = signal('count', { 'tikv-2': every5((s) => (s < 115 ? 40 : 0)) });
    const frame = framed();
    expect(lineRows(one, one.lines.map((line) => storyOf(line, frame)), frame)).toEqual([{ name: 'tikv-2', quiet: '40 ± 0', farthest: '0', when: '+15 s', last: '0' }]);
  });
});

describe('decimation', () => {
  const points = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3000 }).map((values) => values.map((value, i) => [i * second, value] as const));

  it('never loses the highest or the lowest sample, nor the ends', () => {
    fc.assert(fc.property(points, (line) => {
      const values = (of: readonly (readonly [number, number | null])[]) => of.flatMap(([, value]) => (value === null ? [] : [value]));
      const out = values(drawn(line, { buckets: 50, keepMs: [] }));
      const all = values(line);
      expect(Math.max(...out)).toBe(Math.max(...all));
      expect(Math.min(...out)).toBe(Math.min(...all));
      expect([out[0], out.at(-1)]).toEqual([all[0], all.at(-1)]);
    }));
  });

  it('draws at most a handful of samples a bucket, keeps cited instants and time order', () => {
    fc.assert(fc.property(points, fc.nat(2999), (line, cited) => {
      const out = drawn(line, { buckets: 50, keepMs: [cited * second] });
      expect(out.length).toBeLessThanOrEqual(2 * 100 + 6);
      expect(out.map(([at]) => at)).toEqual(out.map(([at]) => at).toSorted((a, b) => a - b));
      if (cited < line.length) expect(out.some(([at]) => at === cited * second)).toBe(true);
    }));
  });

  it('shows missing samples as a hole, not as a straight line', () => {
    expect(drawn(every5((s) => (s > 100 && s < 200 ? undefined : 1)), { buckets: 300, keepMs: [] }).filter(([, value]) => value === null)).toHaveLength(1);
  });
});

describe('a chart', () => {
  const draw = (of: SignalSeries, rings: { id: string; atMs: number; value?: number }[] = []) => seriesChart({ signal: of, frame: framed(), rings, labelledBy: 'a b' });

  it('puts the fault band and a cited sample at their instants', () => {
    const html = draw(signal('count', { a: every5(() => 5) }), [{ id: 'E2', atMs: 150 * second, value: 5 }]).svg.toHTML();
    expect(html).toContain('class="band paint-red" x="33.33%"');
    expect(html).toMatch(/href="#ev-E2".*cx="50%"/);
  });

  it('leaves out a limit that would flatten the lines, and says so', () => {
    const low = draw(signal('ratio', { a: every5(() => 0.1) }, 0.7));
    expect(low.svg.toHTML()).not.toContain('class="limit"');
    expect(low.offScale).toBe('limit 70 %, far above this chart');
    expect(draw(signal('ratio', { a: every5(() => 0.5) }, 0.7)).svg.toHTML()).toContain('class="limit"');
  });

  it('has no style attribute, no NaN and no endless decimals', () => {
    const html = draw(signal('count', { a: every5((s) => s / 7), b: [[0, Number.NaN]], c: [] })).svg.toHTML();
    expect(html).not.toMatch(/style=|NaN|Infinity|\.\d{4,}/);
  });

  it('marks round times over any span', () => {
    for (const minutes of [0.2, 1, 8.5, 45, 300, 3000, 3e7]) {
      const ticks = timeTicks(framed([], minutes * 60 * second), 10);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeLessThanOrEqual(11);
    }
  });
});
