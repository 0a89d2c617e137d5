import { RE2JS } from 're2js';
import { parsePromDuration } from '../../promql/literals.ts';
import { goPrintf, goText } from './go-format.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts';
import { TemplateError } from './syntax.ts';
import { comparison } from './compare.ts';
import type { TemplateContext, TemplateSample, TemplateValue } from './value.ts';

type TemplateFunction = (args: readonly TemplateValue[], context: TemplateContext) => TemplateValue;

/** The function of that name; throws where there is none. */
export function functionNamed(name: string): TemplateFunction {
  if (!Object.hasOwn(functions, name)) throw new TemplateError(`function ${JSON.stringify(name)} not defined`);
  return functions[name] as TemplateFunction;
}

/** A number from a number or from its text. */
function numberOf(value: TemplateValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  const parsed = text === '' ? NaN : Number(text);
  if (Number.isNaN(parsed)) throw new TemplateError(`can't convert ${goText(value)} to float`);
  return parsed;
}

const textOf = (value: TemplateValue): string => {
  if (typeof value !== 'string') throw new TemplateError(`expected a string, not ${goText(value)}`);
  return value;
};

const human = (format: (value: number) => string): TemplateFunction => ([value]) => format(numberOf(value));
const onText = (change: (text: string) => TemplateValue): TemplateFunction => ([value]) => change(textOf(value));
const regex = (source: TemplateValue): RE2JS => {
  try {
    return RE2JS.compile(textOf(source));
  } catch (error) {
    throw error instanceof TemplateError ? error : new TemplateError(`bad regular expression ${goText(source)}: ${(error as Error).message}`);
  }
};

const functions: Readonly<Record<string, TemplateFunction>> = {
  humanize: human(humanize),
  humanize1024: human(humanize1024),
  humanizeDuration: human(humanizeDuration),
  humanizePercentage: human(humanizePercentage),
  humanizeTimestamp: human(humanizeTimestamp),
  printf: ([format, ...args]) => goPrintf(textOf(format), args),
  print: (args) => args.map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + goText(arg)).join(''),
  println: (args) => `${args.map(goText).join(' ')}\n`,
  toUpper: onText((text) => text.toUpperCase()),
  toLower: onText((text) => text.toLowerCase()),
  title: onText((text) => text.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())),
  stripPort: onText((text) => /^(?:\[(.*)\]|([^:]*)):\d*$/.exec(text)?.slice(1).find((host) => host !== undefined) ?? text),
  stripDomain: onText((text) => (/^[\d.]+(:\d+)?$|^\[/.test(text) ? text : text.replace(/^([^.:]*)\.[^:]*/, '$1'))),
  match: ([pattern, text]) => regex(pattern).matcher(textOf(text)).find(),
  reReplaceAll: ([pattern, replacement, text]) => regex(pattern).matcher(textOf(text)).replaceAll(textOf(replacement)),
  parseDuration: onText((text) => {
    const spanMs = parsePromDuration(text);
    if (spanMs === undefined) throw new TemplateError(`not a valid duration string: ${JSON.stringify(text)}`);
    return spanMs / 1_000;
  }),
  query: ([promql], { query }) => (query ? (query(textOf(promql)) as unknown as TemplateValue) : []),
  first: ([samples]) => {
    const found = Array.isArray(samples) ? (samples as readonly TemplateValue[])[0] : undefined;
    if (found === undefined) throw new TemplateError('first() called on vector with no elements');
    return found;
  },
  value: ([sample]) => sampleOf(sample).Value,
  label: ([name, sample]) => sampleOf(sample).Labels[textOf(name)] ?? '',
  strvalue: ([sample]) => sampleOf(sample).Labels['__value__'] ?? '',
  sortByLabel: ([name, samples]) => [...samplesOf(samples)].sort((a, b) => ((a.Labels[textOf(name)] ?? '') < (b.Labels[textOf(name)] ?? '') ? -1 : 1)) as unknown as TemplateValue,
  args: (args) => Object.fromEntries(args.map((arg, i) => [`arg${i}`, arg])),
  externalURL: (_, { externalUrl }) => externalUrl ?? '',
  pathPrefix: () => '',
  tableLink: onText((promql) => `/graph?g0.expr=${escapeQuery(promql)}&g0.tab=1`),
  graphLink: onText((promql) => `/graph?g0.expr=${escapeQuery(promql)}&g0.tab=0`),
  safeHtml: onText((text) => text),
  html: (args) => args.map(goText).join('').replace(/[&<>"']/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;' })[mark] ?? '&#39;'),
  js: (args) => args.map(goText).join('').replace(/[\\'"<>&=\p{Cc}]/gu, (mark) => (/[\\'"]/.test(mark) ? `\\${mark}` : `\\u${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)),
  slice: ([value, from, to]) => (typeof value === 'string' || Array.isArray(value) ? (value as string).slice(Number(from ?? 0), to === undefined ? undefined : Number(to)) : misuse('slice', value)),
  urlquery: (args) => escapeQuery(args.map(goText).join('')),
  len: ([value]) => BigInt(typeof value === 'string' ? new TextEncoder().encode(value).length : Array.isArray(value) ? value.length : Object.keys((value ?? {}) as object).length),
  index: ([value, ...keys]) => keys.reduce<TemplateValue>(indexed, value),
  not: ([value]) => !value,
  and: (args) => args.at(-1),
  or: (args) => args.at(-1),
  ...comparison,
};

/** Whether templates may call a function of that name. */
export const isTemplateFunction = (name: string): boolean => Object.hasOwn(functions, name);

function misuse(name: string, value: TemplateValue): never {
  throw new TemplateError(`${name} of ${goText(value)}`);
}

const escapeQuery = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

function indexed(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (Array.isArray(value)) {
    const found = (value as readonly TemplateValue[])[Number(key)];
    if (found === undefined) throw new TemplateError(`index out of range: ${goText(key)}`);
    return found;
  }
  if (value === null || typeof value !== 'object') throw new TemplateError(`can't index item of ${goText(value)}`);
  return Object.hasOwn(value, String(key)) ? (value as Readonly<Record<string, TemplateValue>>)[String(key)] : '';
}

function sampleOf(value: TemplateValue): TemplateSample {
  if (value === null || typeof value !== 'object' || !('Labels' in value)) throw new TemplateError(`${goText(value)} is no sample`);
  return value as unknown as TemplateSample;
}

const samplesOf = (value: TemplateValue): TemplateSample[] => {
  if (!Array.isArray(value)) throw new TemplateError(`${goText(value)} is no list of samples`);
  return (value as readonly TemplateValue[]).map(sampleOf);
};

