import { DocumentResponse, type HttpResponse } from '../../src/ports/http.ts';
import { BadParameter } from './api-parameters.ts';
import { goJson, labelsJson } from './go-json.ts';
import type { LabelSet } from './labels.ts';
import { PromqlExecutionError, PromqlSyntaxError, PromqlTimeoutError } from './promql/errors.ts';

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

function envelope(data: string, notes: Omit<Noted, 'data'>): HttpResponse {
  return { status: 200, contentType: 'application/json', body: `{"status":"success","data":${data}${notesJson(notes)}}` };
}

/** Warnings and infos as further members of an envelope; empty lists are left out. */
export function notesJson({ warnings = [], infos = [] }: Omit<Noted, 'data'>): string {
  const warned = warnings.length > 0 ? `,"warnings":${goJson(atMostTen(warnings, 'warning'))}` : '';
  const noted = infos.length > 0 ? `,"infos":${goJson(atMostTen(infos, 'info'))}` : '';
  return `${warned}${noted}`;
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

/** The body of a response as it goes over the wire. */
export const wireBytes = (response: HttpResponse): Buffer => (response instanceof DocumentResponse ? response.bytes() : Buffer.from(response.body, 'utf8'));
