import type { Millis } from '../../src/kernel/clock.ts';
import { ok } from '../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/ports/http.ts';
import { answerJson, errorResponse, failureResponse, plainText, success, type Noted } from './api-json.ts';
import { BadParameter, Parameters } from './api-parameters.ts';
import { labelNames, labelValues, matchedLabels } from './api-series.ts';
import { queryInstant, queryRange } from './promql/engine.ts';
import type { MetricStore } from './store.ts';

/** The version whose language and answers this server follows. */
const version = '3.5.3';
const maxPointsPerSeries = 11_000;

interface Api {
  readonly store: MetricStore;
  readonly parameters: Parameters;
  readonly nowMs: Millis;
}

/**
 * Prometheus' HTTP API (v1) over a store, without a socket. It answers as of `now()`: a query may ask for a later
 * time, but no sample from after now ever takes part.
 */
export function prometheusTransport(store: MetricStore, now: () => Millis): Transport {
  return async (request, signal) => {
    signal?.throwIfAborted();
    return ok(respond(request, { store, parameters: new Parameters(request), nowMs: now() }));
  };
}

function respond(request: HttpRequest, api: Api): HttpResponse {
  if (request.path === '/-/healthy') return plainText(200, 'Prometheus Server is Healthy.\n');
  if (request.path === '/-/ready') return plainText(200, 'Prometheus Server is Ready.\n');
  try {
    const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(request.path)?.[1];
    if (label !== undefined) return success(limited(labelValues(matchedLabels(api.store, api.parameters, api.nowMs), decoded(label)), api));
    return routes[request.path]?.(api) ?? plainText(404, '404 page not found\n');
  } catch (error) {
    return failureResponse(error);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadParameter(`invalid label name: ${JSON.stringify(part)}`);
  }
}

const routes: Readonly<Record<string, (api: Api) => HttpResponse>> = {
  '/api/v1/query': instant,
  '/api/v1/query_range': range,
  '/api/v1/series': ({ store, parameters, nowMs }) => {
    if (parameters.all('match[]').length === 0) return errorResponse(400, 'bad_data', 'no match[] parameter provided');
    return success(limited(matchedLabels(store, parameters, nowMs).map((labels) => labels.toObject()), { parameters }));
  },
  '/api/v1/labels': ({ store, parameters, nowMs }) => success(limited(labelNames(matchedLabels(store, parameters, nowMs)), { parameters })),
  '/api/v1/metadata': metadata,
  '/api/v1/status/buildinfo': () => success({ data: { version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' } }),
};

function instant({ store, parameters, nowMs }: Api): HttpResponse {
  const atMs = parameters.time('time', nowMs);
  return answerJson(queryInstant(store, required(parameters, 'query'), { atMs, untilMs: nowMs }), parameters.limit());
}

function range({ store, parameters, nowMs }: Api): HttpResponse {
  const startMs = parameters.time('start', NaN);
  const endMs = parameters.time('end', NaN);
  if (Number.isNaN(startMs)) throw new BadParameter('invalid parameter "start": cannot parse "" to a valid timestamp');
  if (Number.isNaN(endMs)) throw new BadParameter('invalid parameter "end": cannot parse "" to a valid timestamp');
  if (endMs < startMs) throw new BadParameter('invalid parameter "end": end timestamp must not be before start time');
  const stepMs = parameters.step('step');
  if ((endMs - startMs) / stepMs > maxPointsPerSeries) {
    throw new BadParameter('exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)');
  }
  return answerJson(queryRange(store, required(parameters, 'query'), { startMs, endMs, stepMs, untilMs: nowMs }), parameters.limit());
}

function required(parameters: Parameters, name: string): string {
  return parameters.get(name) ?? '';
}

function metadata({ store, parameters }: Api): HttpResponse {
  const wanted = parameters.get('metric');
  const all = [...store.metadata()].filter(([name]) => wanted === undefined || wanted === '' || name === wanted);
  const kept = all.slice(0, parameters.limit());
  return success({ data: Object.fromEntries(kept.map(([name, { type, help }]) => [name, [{ type: type === 'untyped' ? 'unknown' : type, help, unit: '' }]])) });
}

/** Cuts a list to the asked limit, with Prometheus' warning. */
function limited<T>(data: readonly T[], { parameters }: Pick<Api, 'parameters'>): Noted {
  const limit = parameters.limit();
  return data.length > limit ? { data: data.slice(0, limit), warnings: ['results truncated due to limit'] } : { data };
}
