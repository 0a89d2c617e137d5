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

/** Undefined when nobody knows which metrics a signal is made of. */
export function looksAt(signal: SignalSeries, transcript: readonly TranscriptEntry[]): Looks | undefined {
  const metrics = metricsIn(signal.promql ?? '');
  if (metrics.length === 0) return undefined;
  const asked: string[] = [];
  const shown: string[] = [];
  for (const entry of transcript) {
    if (entry.kind !== 'observation' || !entry.ok) continue;
    if (mentions(entry.args, metrics)) asked.push(entry.id);
    // A list of names is a catalogue, not a reading.
    else if (!entry.tool.startsWith('find') && mentions(entry.answer, metrics)) shown.push(entry.id);
  }
  return { asked, shown };
}

function mentions(value: Json | undefined, metrics: readonly string[]): boolean {
  if (typeof value === 'string') return metrics.some((metric) => hasWord(value, metric));
  if (Array.isArray(value)) return value.some((each) => mentions(each, metrics));
  return value !== null && typeof value === 'object' && Object.values(value).some((each) => mentions(each as Json, metrics));
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isNameCharacter(text[at - 1]) && !isNameCharacter(text[at + word.length])) return true;
  }
  return false;
}

const isNameCharacter = (char: string | undefined): boolean => char !== undefined && /[\w:]/.test(char);
