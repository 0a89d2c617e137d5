import type { ExpositionSink } from './exposition.ts';
import type { Labels } from './contract.ts';
import { nameLabel } from './labels.ts';
import { position } from './promql/errors.ts';

/** A mistake in a page, at an offset of its text. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
  readonly offset: number;

  constructor(offset: number, because: string) {
    super(because);
    this.offset = offset;
  }
}

/** Line and column, counted from 1. */
export const place = (text: string, offset: number): string => position(text, offset);

/** A piece of text as a message shows it. */
export const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** How strictly braces are read: OpenMetrics has neither free spaces nor a comma at the end. */
export interface SeriesSyntax {
  readonly relaxed: boolean;
}

const bareName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const quoted = /"((?:[^"\\\n]|\\[^\n])*)"/y;

/** Where the series of a line ends: behind its closing brace, or behind its name. */
export function seriesEnd(text: string, from: number, lineEnd: number): number {
  let at = from;
  while (at < lineEnd && text.charCodeAt(at) !== openBrace && text.charCodeAt(at) !== space && text.charCodeAt(at) !== tab) at++;
  let brace = at;
  while (brace < lineEnd && (text.charCodeAt(brace) === space || text.charCodeAt(brace) === tab)) brace++;
  if (text.charCodeAt(brace) !== openBrace || brace >= lineEnd) return at;
  let inQuotes = false;
  for (at = brace + 1; at < lineEnd; at++) {
    const code = text.charCodeAt(at);
    if (inQuotes && code === backslash) at++;
    else if (code === quote) inQuotes = !inQuotes;
    else if (code === closeBrace && !inQuotes) return at + 1;
  }
  throw new ExpositionError(lineEnd, inQuotes ? 'a label value is not closed' : 'the labels are not closed');
}

const [space, tab, openBrace, closeBrace, quote, backslash] = [32, 9, 123, 125, 34, 92];

/** Takes `name{a="b"}`, or `{"name with spaces",a="b"}`, apart; `offset` is where it stands in the page. */
export function parseSeries(text: string, { relaxed }: SeriesSyntax, offset: number): { readonly name: string; readonly labels: Labels } {
  const reader = new SeriesReader(text, relaxed, offset);
  let name = reader.take(bareName) ?? '';
  const labels: Record<string, string> = {};
  reader.skipSpaces();
  if (name === '' && !reader.isAt('{')) throw reader.fail('a metric name, a comment or the end is expected here');
  if (reader.skip('{')) name = readLabels(reader, name, labels);
  if (name === '') throw reader.fail('the series has no metric name');
  if (!reader.isDone()) throw reader.fail(`${shown(reader.rest())} is not part of a metric name`);
  return { name, labels };
}

/** Fills `labels` up to the closing brace; gives the metric name, which may stand in quotes among them. */
function readLabels(reader: SeriesReader, name: string, labels: Record<string, string>): string {
  let named = name;
  while (!reader.skip('}')) {
    const inQuotes = reader.takeQuoted();
    const label = inQuotes ?? reader.take(labelName);
    if (label === undefined || label === '') throw reader.fail('a label name is expected here');
    if (reader.skip('=')) {
      const value = reader.takeQuoted();
      if (value === undefined) throw reader.fail('a label value in double quotes is expected here');
      if (Object.hasOwn(labels, label) || label === nameLabel) throw reader.fail(`the label ${shown(label)} is there twice`);
      labels[label] = value;
    } else if (inQuotes !== undefined && named === '') named = inQuotes;
    else throw reader.fail('= is expected here');
    const isFollowed = reader.skip(',');
    if (!isFollowed && !reader.isAt('}')) throw reader.fail('a comma or a closing brace is expected here');
    if (isFollowed && !reader.relaxed && reader.isAt('}')) throw reader.fail('a label name is expected here');
  }
  return named;
}

class SeriesReader {
  readonly #text: string;
  readonly relaxed: boolean;
  readonly #offset: number;
  #at = 0;

  constructor(text: string, relaxed: boolean, offset: number) {
    this.#text = text;
    this.relaxed = relaxed;
    this.#offset = offset;
  }

  take(pattern: RegExp): string | undefined {
    this.skipSpaces();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match?.[0];
  }

  takeQuoted(): string | undefined {
    const found = this.take(quoted);
    return found === undefined ? undefined : unescaped(found.slice(1, -1));
  }

  skip(mark: string): boolean {
    this.skipSpaces();
    if (!this.isAt(mark)) return false;
    this.#at += mark.length;
    return true;
  }

  isAt(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  skipSpaces(): void {
    if (this.relaxed) while (this.isAt(' ') || this.isAt('\t')) this.#at++;
  }

  isDone(): boolean {
    return this.#at === this.#text.length;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }

  fail(because: string): ExpositionError {
    return new ExpositionError(this.#offset + this.#at, because);
  }
}

/** Backslash, quote and line break may be escaped; any other backslash stands for itself. */
export const unescaped = (text: string): string => (text.includes('\\') ? text.replace(/\\(["\\n])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark)) : text);

/** A number as Go reads it in decimal, or `undefined`. */
export function parseFloatText(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    // A number too large for a float is a mistake, not infinity.
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?nan$/i.test(text) ? NaN : undefined;
}

/** The series written in `text` from `start` to `stop`: known from an earlier page as its text, or parsed and made. */
export function seriesIn<S>(text: string, { start, stop }: { readonly start: number; readonly stop: number }, { known, make, relaxed }: Pick<ExpositionSink<S>, 'known' | 'make'> & SeriesSyntax): S {
  const source = text.slice(start, stop);
  const before = known.get(source);
  if (before !== undefined) return before;
  const { name, labels } = parseSeries(source, { relaxed }, start);
  const series = make(name, labels);
  known.set(source, series);
  return series;
}
