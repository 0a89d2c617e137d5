import type { Millis } from '../../src/kernel/clock.ts';
import type { HttpResponse } from '../../src/ports/http.ts';
import { BadParameter } from './api-parameters.ts';
import { goJson, labelsJson, timestampJson } from './go-json.ts';
import type { LabelSet } from './labels.ts';
import type { Answer, AnswerSeries, Point } from './promql/engine.ts';
import { PromqlExecutionError, PromqlSyntaxError, PromqlTimeoutError } from './promql/errors.ts';
import { formatFixed, formatValue } from './promql/format.ts';

/** Data of a successful answer with what there is to say about it. */
export interface Noted {
  readonly data: unknown;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const maxAnnotations = 10;

/** A good answer in Prometheus' envelope; empty lists of warnings and infos are left out. */
export function success({ data, warnings, infos }: Noted): HttpResponse {
  return envelope(goJson(data), { warnings, infos });
}

function envelope(data: string, { warnings = [], infos = [] }: Omit<Noted, 'data'>): HttpResponse {
  const warned = warnings.length > 0 ? `,"warnings":${goJson(atMostTen(warnings, 'warning'))}` : '';
  const noted = infos.length > 0 ? `,"infos":${goJson(atMostTen(infos, 'info'))}` : '';
  return { status: 200, contentType: 'application/json', body: `{"status":"success","data":${data}${warned}${noted}}` };
}

function atMostTen(texts: readonly string[], what: string): readonly string[] {
  const more = texts.length - maxAnnotations;
  return more > 0 ? [...texts.slice(0, maxAnnotations), `${more} more ${what} annotations omitted`] : texts;
}

/** Label sets as a good answer. */
export const seriesList = ({ data, ...notes }: Noted & { readonly data: readonly LabelSet[] }): HttpResponse => envelope(`[${data.map(labelsJson).join(',')}]`, notes);

/** A failure in Prometheus' envelope. */
export const errorResponse = (status: number, errorType: string, error: string): HttpResponse => ({
  status,
  contentType: 'application/json',
  body: goJson({ status: 'error', errorType, error }),
});

/** What is not JSON. */
export const plainText = (status: number, body: string): HttpResponse => ({ status, contentType: 'text/plain; charset=utf-8', body });

/** The response to an error that a query threw; anything else is a bug and goes on its way. */
export function failureResponse(error: unknown): HttpResponse {
  if (error instanceof BadParameter) return errorResponse(400, 'bad_data', error.message);
  if (error instanceof PromqlSyntaxError) return errorResponse(400, 'bad_data', `invalid parameter "query": ${error.message}`);
  if (error instanceof PromqlExecutionError) return errorResponse(422, 'execution', error.message);
  if (error instanceof PromqlTimeoutError) return errorResponse(503, 'timeout', error.message);
  throw error;
}

/** The answer to a query as JSON: at most `limit` series. */
export function answerJson(answer: Answer, limit: number): HttpResponse {
  const { warnings, infos } = answer;
  if (answer.kind === 'scalar') return success({ data: { resultType: 'scalar', result: [answer.point.atMs / 1_000, formatFixed(answer.point.value)] }, warnings, infos });
  if (answer.kind === 'string') return success({ data: { resultType: 'string', result: [answer.atMs / 1_000, answer.text] }, warnings, infos });
  const kept = answer.series.slice(0, limit);
  const noted = kept.length < answer.series.length ? ['results truncated due to limit', ...warnings] : warnings;
  const pair = pairWriter();
  const points = answer.kind === 'vector' ? (series: AnswerSeries) => `"value":${pair(series.points[0] as Point)}` : (series: AnswerSeries) => `"values":[${series.points.map(pair).join(',')}]`;
  const result = kept.map((series) => `{"metric":${labelsJson(series.labels)},${points(series)}}`).join(',');
  return envelope(`{"resultType":"${answer.kind}","result":[${result}]}`, { warnings: noted, infos });
}

/** The series of an answer share their instants, so each is written out once. */
function pairWriter(): (point: Point) => string {
  const instants = new Map<Millis, string>();
  return ({ atMs, value }) => {
    let instant = instants.get(atMs);
    if (instant === undefined) instants.set(atMs, (instant = `[${timestampJson(atMs)},"`));
    return `${instant}${formatValue(value)}"]`;
  };
}
