import type { Millis } from '../../src/kernel/clock.ts';
import type { ExpositionSink } from './exposition.ts';
import { ExpositionError, parseFloatText, parseSeries, seriesEnd, seriesIn, shown, unescaped } from './exposition-syntax.ts';

const metricTypes: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown']);

/** Reads OpenMetrics 1.0: single spaces, no empty lines, only the three comments, and `# EOF` at the end. Exemplars are read over. */
export function readOpenMetrics<S>(text: string, sink: ExpositionSink<S>): void {
  let from = 0;
  for (;;) {
    if (from >= text.length) throw new ExpositionError(text.length, 'the page does not end with # EOF');
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, end);
    if (line === '# EOF') {
      if (end + 1 < text.length) throw new ExpositionError(end + 1, 'there is something after # EOF');
      return;
    }
    if (newline < 0) throw new ExpositionError(end, 'the line does not end');
    if (line.startsWith('#')) readComment(line, from, sink);
    else readSample(text, { start: from, end }, sink);
    from = end + 1;
  }
}

function readComment<S>(line: string, offset: number, { describe }: ExpositionSink<S>): void {
  const [, keyword, quoted, bare = '', rest] = /^# (HELP|TYPE|UNIT) (?:"((?:[^"\\]|\\.)*)"|([^ "]+))(?: (.*))?$/.exec(line) ?? [];
  if (keyword === undefined || rest === undefined) throw new ExpositionError(offset, `${shown(line)} is not a valid comment: only HELP, TYPE, UNIT and EOF are`);
  const metric = quoted === undefined ? bare : unescaped(quoted);
  if (keyword === 'HELP') return describe?.(metric, { help: unescaped(rest) });
  if (keyword === 'UNIT') {
    if (rest !== '' && !metric.endsWith(`_${rest}`)) throw new ExpositionError(offset, `unit ${shown(rest)} not a suffix of metric ${shown(metric)}`);
    return describe?.(metric, { unit: rest });
  }
  if (!metricTypes.has(rest)) throw new ExpositionError(offset, `invalid metric type ${shown(rest)}`);
  return describe?.(metric, { type: rest });
}

/** Where a line lies in the page. */
interface Line {
  readonly start: number;
  readonly end: number;
}

function readSample<S>(text: string, { start, end }: Line, { known, make, sample }: ExpositionSink<S>): void {
  const stop = seriesEnd(text, start, end);
  const series = seriesIn(text, { start, stop }, { known, make, relaxed: false });
  const rest = text.slice(stop, end);
  const mark = rest.indexOf(' # ');
  if (mark >= 0 && !/^[\w:]+_(total|bucket)(\{|$)/.test(text.slice(start, stop))) throw new ExpositionError(stop + mark + 1, 'only counters and buckets have exemplars');
  if (mark >= 0) readExemplar(text, { start: stop + mark + 3, end });
  const [, valueText = '', timeText] = /^ ([^ ]+)(?: ([^ ]+))?$/.exec(mark < 0 ? rest : rest.slice(0, mark)) ?? [];
  const value = parseFloatText(valueText);
  if (value === undefined) throw new ExpositionError(stop, valueText === '' ? 'one space and a value are expected here' : `${shown(valueText)} is not a number`);
  sample(series, value, timeText === undefined ? undefined : timestampOf(timeText, stop + valueText.length + 2));
}

function timestampOf(text: string, offset: number): Millis {
  const seconds = parseFloatText(text);
  if (seconds === undefined || !Number.isFinite(seconds)) throw new ExpositionError(offset, `invalid timestamp ${shown(text)}`);
  return Math.round(seconds * 1_000);
}

/** `{trace_id="…"} 0.67 1520879607.789`: checked, so that a broken one is not taken for a good page, and dropped. */
function readExemplar(text: string, { start, end }: Line): void {
  if (text[start] !== '{') throw new ExpositionError(start, 'an exemplar begins with its labels');
  const stop = seriesEnd(text, start, end);
  parseSeries(`exemplar${text.slice(start, stop)}`, { relaxed: false }, start - 'exemplar'.length);
  const [, valueText = '', timeText] = /^ ([^ ]+)(?: ([^ ]+))?$/.exec(text.slice(stop, end)) ?? [];
  if (parseFloatText(valueText) === undefined) throw new ExpositionError(stop, 'an exemplar needs a value');
  if (timeText !== undefined) timestampOf(timeText, stop + valueText.length + 2);
}
