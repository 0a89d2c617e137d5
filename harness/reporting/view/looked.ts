import type { Json } from '../../../src/kernel/json.ts';
import type { SignalSeries, TranscriptEntry } from '../../history/bundle.ts';

const words = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'offset', 'bool', 'and', 'or', 'unless', 'inf', 'nan', 'atan2', 'start', 'end']);

/** The metric names in an expression: what is left when strings, label matchers, ranges, groupings and functions are taken away. */
export function metricsIn(promql: string): string[] {
  const bare = promql
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ');
  const names = [...bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)].map((match) => match[1] ?? '');
  return [...new Set(names.filter((name) => !words.has(name.toLowerCase())))].sort();
}

/** Which tool calls read a signal: by asking for one of its metrics, or by being shown one in an answer. */
export interface Looks {
  readonly asked: readonly string[];
  readonly shown: readonly string[];
}

/** For each signal, in their order; undefined when nobody knows which metrics it is made of. The transcript is read once for all of them. */
export function looksAtEach(signals: readonly SignalSeries[], transcript: readonly TranscriptEntry[]): readonly (Looks | undefined)[] {
  const metrics = signals.map(({ promql }) => metricsIn(promql ?? ''));
  const known = new Set(metrics.flat());
  const read = transcript.flatMap((entry) => (entry.kind === 'observation' && entry.ok ? [readingOf(entry, known)] : []));
  return metrics.map((names) => (names.length === 0 ? undefined : looksOf(names, read)));
}

/** The metrics that a tool call named, and those that its answer did. */
interface Reading {
  readonly id: string;
  readonly asked: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
}

function readingOf({ id, tool, args, answer }: Extract<TranscriptEntry, { kind: 'observation' }>, known: ReadonlySet<string>): Reading {
  // A list of names is a catalogue, not a reading.
  return { id, asked: namedIn(args, known), shown: tool.startsWith('find') ? new Set() : namedIn(answer, known) };
}

function looksOf(names: readonly string[], read: readonly Reading[]): Looks {
  const named = (set: ReadonlySet<string>) => names.some((name) => set.has(name));
  const asked = read.filter((each) => named(each.asked));
  const shown = read.filter((each) => !named(each.asked) && named(each.shown));
  return { asked: asked.map(({ id }) => id), shown: shown.map(({ id }) => id) };
}

/** Those of the known names that stand as whole words in a text of the value. */
function namedIn(value: Json | undefined, known: ReadonlySet<string>, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    for (const word of value.match(/[\w:]+/g) ?? []) if (known.has(word)) found.add(word);
  } else if (value !== null && typeof value === 'object') {
    for (const each of Array.isArray(value) ? value : Object.values(value)) namedIn(each as Json, known, found);
  }
  return found;
}
