import type { ExpositionSink } from './exposition.ts';
import { ExpositionError, parseFloatText, seriesEnd, seriesIn, shown } from './exposition-syntax.ts';

const metricTypes: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

/** Reads the plain text format, version 0.0.4, and takes what Prometheus takes: free spaces, any comment, no required order. */
export function readText<S>(text: string, sink: ExpositionSink<S>): void {
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const start = skipSpaces(text, from, end);
    if (start < end) {
      if (text[start] === '#') readComment(text.slice(start, end), start, sink);
      else readSample(text, { start, end }, sink);
    }
    from = end + 1;
  }
}

function skipSpaces(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function readComment<S>(line: string, offset: number, { describe }: ExpositionSink<S>): void {
  const match = /^#[ \t]+(HELP|TYPE)[ \t]+(?:"((?:[^"\\]|\\.)*)"|([^ \t"]+))(?:[ \t]+(.*))?$/.exec(line);
  if (!match) return;
  const [, keyword, quoted, bare = '', rest = ''] = match;
  const metric = quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1');
  if (keyword === 'HELP') describe?.(metric, { help: rest.replace(/\\([\\n])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark)) });
  else {
    const type = rest.trim();
    if (!metricTypes.has(type)) throw new ExpositionError(offset, `invalid metric type ${shown(type)}`);
    describe?.(metric, { type });
  }
}

/** Where a line lies in the page. */
interface Line {
  readonly start: number;
  readonly end: number;
}

function readSample<S>(text: string, { start, end }: Line, { known, make, sample }: ExpositionSink<S>): void {
  const stop = seriesEnd(text, start, end);
  const series = seriesIn(text, { start, stop }, { known, make, relaxed: true });
  const words = text.slice(stop, end).replace(/^[ \t]+|[ \t]+$/g, '').split(/[ \t]+/);
  const value = parseFloatText(words[0] ?? '');
  const valueAt = skipSpaces(text, stop, end);
  if (value === undefined) throw new ExpositionError(valueAt, words[0] === '' ? 'the sample has no value' : `${shown(words[0] ?? '')} is not a number`);
  if (words.length > 2) throw new ExpositionError(valueAt, `${shown(words.slice(2).join(' '))} stands behind the timestamp`);
  if (words[1] !== undefined && !/^\d{1,15}$/.test(words[1])) throw new ExpositionError(valueAt + (words[0] as string).length + 1, `${shown(words[1])} is not a timestamp in milliseconds`);
  sample(series, value, words[1] === undefined ? undefined : Number(words[1]));
}
