import { formatE, formatF, formatG, specialText } from './decimal.ts';
import type { TemplateValue } from './value.ts';

/** A value as a template prints it. */
export function goText(value: TemplateValue): string {
  if (typeof value === 'number') return formatG(value);
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value === 'object') return `map[${Object.entries(value).map(([key, each]) => `${key}:${goText(each as TemplateValue)}`).join(' ')}]`;
  return String(value);
}

const quoteEscapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** A text in quotes as Go's `%q` writes it. */
export const goQuote = (text: string): string => `"${text.replace(/["\\]|\p{Cc}/gu, (mark) => quoteEscapes[mark] ?? (mark < '\x80' ? `\\x${hex(mark, 2)}` : `\\u${hex(mark, 4)}`))}"`;

const hex = (mark: string, digits: number): string => (mark.codePointAt(0) as number).toString(16).padStart(digits, '0');

/** Go's printf for the verbs that rule files use. */
export function goPrintf(format: string, args: readonly TemplateValue[]): string {
  let next = 0;
  const text = format.replace(/%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g, (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const body = verbText(verb, args[next++], precision === undefined ? undefined : Number(precision));
    return padded(flags.includes('+') && /^\d/.test(body) ? `+${body}` : body, flags, Number(width ?? 0));
  });
  return next < args.length ? `${text}%!(EXTRA ${args.slice(next).map((arg) => `${goType(arg)}=${goText(arg)}`).join(', ')})` : text;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !/^[-+]?\d/.test(text)) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function verbText(verb: string, value: TemplateValue, precision: number | undefined): string {
  if (verb === 'v') return goText(value);
  if (verb === 's' && typeof value === 'string') return precision === undefined ? value : [...value].slice(0, precision).join('');
  if (verb === 'q' && typeof value === 'string') return goQuote(value);
  if (verb === 't' && typeof value === 'boolean') return String(value);
  if (verb === 'T') return goType(value);
  if (typeof value === 'bigint') return integerText(verb, value) ?? misfit(verb, value);
  if (typeof value === 'number') return floatText(verb, value, precision) ?? misfit(verb, value);
  return misfit(verb, value);
}

const misfit = (verb: string, value: TemplateValue): string => `%!${verb}(${goType(value)}=${goText(value)})`;

function integerText(verb: string, value: bigint): string | undefined {
  const base = { d: 10, x: 16, X: 16, o: 8, b: 2 }[verb];
  if (base === undefined) return undefined;
  return verb === 'X' ? value.toString(base).toUpperCase() : value.toString(base);
}

function floatText(verb: string, value: number, precision: number | undefined): string | undefined {
  const special = specialText(value);
  if (special !== undefined && /^[feEgGF]$/.test(verb)) return special;
  if (verb === 'f' || verb === 'F') return formatF(value, precision ?? 6);
  if (verb === 'e') return formatE(value, precision ?? 6);
  if (verb === 'E') return formatE(value, precision ?? 6).toUpperCase();
  if (verb === 'g') return formatG(value, precision);
  return verb === 'G' ? formatG(value, precision).toUpperCase() : undefined;
}

function goType(value: TemplateValue): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : Array.isArray(value) ? '[]interface {}' : 'map[string]string';
}
