import { DocumentResponse, type HttpResponse } from '../../src/ports/http.ts';
import type { Envelope, RawPoint, RawSeries } from '../../src/ports/metrics.ts';
import { notesJson, success } from './api-json.ts';
import { JsonBytes, longestValue } from './json-bytes.ts';
import { SteppedSeries, type AnswerSeries, type Point } from './promql/answer.ts';
import type { Answer } from './promql/engine.ts';
import { formatFixed } from './promql/format.ts';
import { instantOf, type Grid } from './promql/value.ts';

/** The answer to a query: at most `limit` series. It is JSON for who wants JSON; who asks in the same process gets it as it is. */
export function answerJson(answer: Answer, limit: number): HttpResponse {
  const { warnings, infos } = answer;
  if (answer.kind === 'scalar') return success({ data: { resultType: 'scalar', result: [answer.point.atMs / 1_000, formatFixed(answer.point.value)] }, warnings, infos });
  if (answer.kind === 'string') return success({ data: { resultType: 'string', result: [answer.atMs / 1_000, answer.text] }, warnings, infos });
  const kept = answer.series.length > limit ? answer.series.slice(0, limit) : answer.series;
  const noted = kept.length < answer.series.length ? ['results truncated due to limit', ...warnings] : warnings;
  const { kind } = answer;
  return new DocumentResponse({
    document: (): Envelope => ({ status: 'success', data: { resultType: kind, result: kept.map((series) => rawSeries(series, kind)) } }),
    bytes: () => written(kind, kept, notesJson({ warnings: noted, infos })),
  });
}

type Kind = 'vector' | 'matrix';

function rawSeries({ labels, points }: AnswerSeries, kind: Kind): RawSeries {
  const metric = labels.toObject();
  const values = points.map(({ atMs, value }): RawPoint => [atMs / 1_000, value]);
  return kind === 'vector' ? { metric, value: values[0] as RawPoint } : { metric, values };
}

function written(kind: Kind, series: readonly AnswerSeries[], notes: string): Buffer {
  json.clear();
  json.text(`{"status":"success","data":{"resultType":"${kind}","result":[`);
  writeSeries(series, kind === 'vector');
  json.text(`]}${notes}}`);
  return json.finished();
}

/** Answers are written one at a time, each at once. */
const json = new JsonBytes();

function writeSeries(series: readonly AnswerSeries[], single: boolean): void {
  let instants: Instants | undefined;
  for (let i = 0; i < series.length; i++) {
    const each = series[i] as AnswerSeries;
    json.text(i > 0 ? ',{"metric":' : '{"metric":');
    json.labels(each.labels);
    json.text(single ? ',"value":' : ',"values":[');
    if (each instanceof SteppedSeries) writeSteps(each, (instants ??= instantsOf(each.grid)));
    else each.points.forEach(writePoint);
    json.text(single ? '}' : ']}');
  }
}

function writePoint({ atMs, value }: Point, index: number): void {
  json.reserve(longestPoint);
  json.text(index > 0 ? ',[' : '[');
  json.instant(atMs);
  json.text(',"');
  json.value(value);
  json.text('"]');
}

/** The beginnings of the points of each step, one after the other: the series of an answer share their instants. */
interface Instants {
  readonly bytes: Uint8Array;
  /** Where each begins; one more, where the last ends. */
  readonly starts: Int32Array;
}

function instantsOf(grid: Grid): Instants {
  const text = new JsonBytes();
  text.reserve(grid.count * longestPoint);
  const starts = new Int32Array(grid.count + 1);
  for (let step = 0; step < grid.count; step++) {
    text.byte(bracket);
    text.instant(instantOf(grid, step));
    text.byte(comma);
    text.byte(quote);
    starts[step + 1] = text.length;
  }
  return { bytes: text.finished(), starts };
}

function writeSteps({ column: { values, present } }: SteppedSeries, { bytes, starts }: Instants): void {
  json.reserve(values.length * longestPoint);
  let last = { value: NaN, from: 0, to: 0 };
  const start = json.length;
  for (let step = 0; step < values.length; step++) {
    if (present[step] === 0) continue;
    if (json.length > start) json.byte(comma);
    json.bytes(bytes, starts[step] as number, starts[step + 1] as number);
    const value = values[step] as number;
    // Gauges rest, and zero is two numbers.
    if (value === last.value && value !== 0) json.again(last.from, last.to);
    else {
      const from = json.length;
      json.value(value);
      last = { value, from, to: json.length };
    }
    json.byte(quote);
    json.byte(closingBracket);
  }
}

const [comma, quote, bracket, closingBracket] = [44, 34, 91, 93];
/** Brackets, quotes and an instant around a value. */
const longestPoint = longestValue + 32;
