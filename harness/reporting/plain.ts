import { changedList } from '../../src/kernel/lists.ts';

const escape = String.fromCharCode(27);
const ansi = new RegExp(`${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}${escape}]*(?:${String.fromCharCode(7)}|${escape}\\\\)?|[@-Z\\\\^_])`, 'g');

/**
 * Text that shows what it holds: colour codes are dropped, and every character that a reader could not see or that
 * reorders its neighbours (controls, bidirectional marks, zero-width marks, lone surrogates) is spelled as an escape.
 */
export function plain(text: string): string {
  if (!/[^ -~\n\t]/.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(ansi, '').replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => (char === '\n' || char === '\t' ? char : spelled(char)));
}

function spelled(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** The same value with {@link plain} applied to every string and key in it; what has nothing to spell is not copied. */
export function plainDeep<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? changedList<unknown>(value, deep) : deepObject(value as Readonly<Record<string, unknown>>);
}

function deepObject(object: Readonly<Record<string, unknown>>): object {
  const keys = Object.keys(object);
  const names = changedList(keys, plain);
  const was = keys.map((key) => object[key]);
  const values = changedList<unknown>(was, deep);
  return names === keys && values === was ? object : Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Plain text on one line, cut with an ellipsis after `width` characters. */
export function oneLine(text: string, width = Infinity): string {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

/** How much of a text is shown, and what was left out in words (empty when nothing was). */
export interface Capped {
  readonly text: string;
  readonly cut: string;
}

const maxLines = 200;
const maxChars = 20 * 1024;

/** At most 200 lines and 20 KB of a text. */
export function capped(text: string): Capped {
  const lines = text.split('\n');
  const head = lines.slice(0, maxLines).join('\n').slice(0, maxChars);
  if (head.length === text.length) return { text, cut: '' };
  return { text: head, cut: `cut: ${head.split('\n').length} of ${lines.length} lines and ${head.length} of ${text.length} characters shown; the whole answer is in transcript.jsonl` };
}
