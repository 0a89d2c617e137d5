import type { Millis } from '../../src/kernel/clock.ts';
import type { Happenings } from './happenings.ts';
import { type Reading, stepMs } from './lines.ts';
import type { Symptom } from './symptom.ts';

/** One thing that the real cluster showed or the twin showed, and whether they agree. */
export interface Row {
  readonly kind: 'symptom' | 'time' | 'magnitude' | 'order' | 'alert' | 'state' | 'message';
  readonly what: string;
  readonly real: string;
  readonly twin: string;
  readonly agrees: boolean;
}

/** Symptoms of both, signal by signal: the same movement, its time within a fifth or one scrape, its ratio within a factor of two. */
export function compareReadings(real: readonly Reading[], twin: readonly Reading[]): Row[] {
  const pairs = real.map((each) => ({ what: `${each.signal.id}, ${each.of}`, real: each.symptom, twin: twin.find((other) => other.signal === each.signal && other.of === each.of)?.symptom }));
  const rows = pairs.flatMap((pair) => compareSymptoms(pair));
  return [...rows, ...compareOrder(pairs)];
}

interface Pair {
  readonly what: string;
  readonly real: Symptom;
  readonly twin: Symptom | undefined;
}

function compareSymptoms({ what, real, twin }: Pair): Row[] {
  if (real.moved === 'flat' && (twin === undefined || twin.moved === 'flat')) return [];
  const moved: Row = { kind: 'symptom', what, real: real.moved, twin: twin?.moved ?? 'not modelled', agrees: real.moved === twin?.moved };
  if (!twin || !moved.agrees) return [moved];
  const times: Row = { kind: 'time', what, real: seconds(real.afterMs), twin: seconds(twin.afterMs), agrees: near(real.afterMs ?? 0, twin.afterMs ?? 0) };
  const [a, b] = [ratioOf(real), ratioOf(twin)];
  if (a === undefined || b === undefined) return [moved, times];
  return [moved, times, { kind: 'magnitude', what, real: spellRatio(a, real), twin: spellRatio(b, twin), agrees: Math.max(a / b, b / a) <= 2 }];
}

/** Symptoms that are more than one scrape apart in the real cluster come in the same order in the twin. */
function compareOrder(pairs: readonly Pair[]): Row[] {
  const both = pairs.flatMap(({ what, real, twin }) => (real.afterMs !== undefined && twin?.afterMs !== undefined && real.moved === twin.moved ? [{ what, realMs: real.afterMs, twinMs: twin.afterMs }] : []));
  return both.flatMap((first) =>
    both
      .filter((second) => second.realMs - first.realMs > 2 * stepMs)
      .map((second): Row => ({ kind: 'order', what: `${first.what} before ${second.what}`, real: `${seconds(first.realMs)}, ${seconds(second.realMs)}`, twin: `${seconds(first.twinMs)}, ${seconds(second.twinMs)}`, agrees: first.twinMs <= second.twinMs })),
  );
}

/** Things that happened once, with the time of each where both have it. */
export function compareHappenings(kind: 'alert' | 'state' | 'message', real: Happenings, twin: Happenings): Row[] {
  const all = [...new Set([...real.keys(), ...twin.keys()])].sort();
  return all.flatMap((what): Row[] => {
    const [a, b] = [real.get(what), twin.get(what)];
    const there: Row = { kind, what, real: a === undefined ? 'never' : seconds(a), twin: b === undefined ? 'never' : seconds(b), agrees: a !== undefined && b !== undefined };
    // A log line's instant is compared only through the symptom it belongs to.
    return a === undefined || b === undefined || kind === 'message' ? [there] : [there, { ...there, kind: 'time', what: `${kind} ${what}`, agrees: near(a, b, kind === 'alert' ? 15_000 : stepMs) }];
  });
}

const near = (a: Millis, b: Millis, floorMs: Millis = stepMs): boolean => Math.abs(a - b) <= Math.max(floorMs, 0.2 * Math.abs(a));

/** Level over quiet level; where the quiet level is nothing, the level itself tells. */
function ratioOf({ quiet, level }: Symptom): number | undefined {
  if (level === undefined || level <= 0) return undefined;
  return quiet === undefined || quiet <= 0 ? level : level / quiet;
}

const seconds = (spanMs: Millis | undefined): string => (spanMs === undefined ? '-' : `+${Math.round(spanMs / 100) / 10} s`);
const spellRatio = (ratio: number, { quiet }: Symptom): string => (quiet === undefined || quiet <= 0 ? `to ${short(ratio)}` : `x ${short(ratio)}`);
const short = (value: number): string => String(Number(value.toPrecision(3)));
