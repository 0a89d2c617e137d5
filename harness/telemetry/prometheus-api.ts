import type { Millis } from '../../src/kernel/clock.ts';
import { ok } from '../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/ports/http.ts';
import { answerJson } from './api-answer.ts';
import { errorResponse, failureResponse, plainText, seriesList, success, type Noted } from './api-json.ts';
import { BadParameter, Parameters } from './api-parameters.ts';
import { recordedAlertsData } from './api-recorded-alerts.ts';
import { alertsData, rulesData } from './api-rules.ts';
import { labelNames, labelValues, matchedLabels } from './api-series.ts';
import { buildInfo, runtimeInfo } from './api-status.ts';
import { targetsData, targetsOf, type TargetStatus } from './api-targets.ts';
import { queryInstant, queryRange } from './promql/engine.ts';
import type { WindowBounds } from './promql/evaluation.ts';
import type { RuleEngine } from './rules/rule-engine.ts';
import type { MetricStore } from './store.ts';

const maxPointsPerSeries = 11_000;

interface Api {
  readonly store: MetricStore;
  readonly parameters: Parameters;
  readonly nowMs: Millis;
  readonly companions: ApiCompanions;
}

/** What a server tells of beside its store. */
export interface ApiCompanions {
  /** Brought up to now before every answer. */
  readonly rules?: RuleEngine;
  /** How Prometheus 2 cuts windows (`closed`), or Prometheus 3 (the default). */
  readonly windows?: WindowBounds;
  /** What the scraper knows; without it, what the store can tell. */
  readonly targets?: () => readonly TargetStatus[];
}

/**
 * Prometheus' HTTP API (v1) over a store, without a socket. It answers as of `now()`: a query may ask for a later
 * time, but no sample from after now ever takes part.
 */
export function prometheusTransport(store: MetricStore, now: () => Millis, companions: ApiCompanions = {}): Transport {
  return async (request, signal) => {
    signal?.throwIfAborted();
    const nowMs = now();
    companions.rules?.catchUp(nowMs);
    return ok(respond(request, { store, parameters: new Parameters(request), nowMs, companions }));
  };
}

function respond(request: HttpRequest, api: Api): HttpResponse {
  if (request.path === '/-/healthy') return plainText(200, 'Prometheus Server is Healthy.\n');
  if (request.path === '/-/ready') return plainText(200, 'Prometheus Server is Ready.\n');
  try {
    const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(request.path)?.[1];
    if (label !== undefined) return success(limited(labelValues(matchedLabels(api.store, api.parameters, api.nowMs), decoded(label)), api));
    if (!Object.hasOwn(routes, request.path)) return plainText(404, '404 page not found\n');
    if (request.method === 'POST' && !takesForms.has(request.path)) return plainText(405, 'Method Not Allowed\n');
    return (routes[request.path] as Route)(api);
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

type Route = (api: Api) => HttpResponse;

/** The others are for GET alone. */
const takesForms: ReadonlySet<string> = new Set(['query', 'query_range', 'query_exemplars', 'series', 'labels'].map((name) => `/api/v1/${name}`));

const routes: Readonly<Record<string, Route>> = {
  '/api/v1/query': instant,
  '/api/v1/query_range': range,
  '/api/v1/series': ({ store, parameters, nowMs }) => {
    if (parameters.all('match[]').length === 0) return errorResponse(400, 'bad_data', 'no match[] parameter provided');
    return seriesList(limited(matchedLabels(store, parameters, nowMs), { parameters }));
  },
  '/api/v1/labels': ({ store, parameters, nowMs }) => success(limited(labelNames(matchedLabels(store, parameters, nowMs)), { parameters })),
  '/api/v1/metadata': metadata,
  '/api/v1/targets': ({ store, parameters, nowMs, companions }) => success({ data: targetsData(companions.targets?.() ?? targetsOf(store, nowMs), parameters) }),
  '/api/v1/rules': ({ parameters, companions }) => success({ data: rulesData(companions.rules?.status() ?? [], parameters) }),
  '/api/v1/alerts': ({ store, nowMs, companions }) => success({ data: companions.rules ? alertsData(companions.rules.status()) : recordedAlertsData(store, nowMs) }),
  '/api/v1/alertmanagers': () => success({ data: { activeAlertmanagers: [], droppedAlertmanagers: [] } }),
  '/api/v1/query_exemplars': () => success({ data: [] }),
  '/api/v1/status/buildinfo': () => success({ data: buildInfo }),
  '/api/v1/status/runtimeinfo': ({ store, nowMs }) => success({ data: runtimeInfo(store, nowMs) }),
  '/api/v1/status/flags': () => success({ data: {} }),
  '/api/v1/status/config': () => success({ data: { yaml: '' } }),
};

function instant({ store, parameters, nowMs, companions: { windows = 'left-open' } }: Api): HttpResponse {
  const atMs = parameters.time('time', nowMs);
  return answerJson(queryInstant(store, required(parameters, 'query'), { atMs, untilMs: nowMs, windows, ...lookback(parameters) }), parameters.limit());
}

function range({ store, parameters, nowMs, companions: { windows = 'left-open' } }: Api): HttpResponse {
  const startMs = parameters.time('start', NaN, false);
  const endMs = parameters.time('end', NaN, false);
  if (Number.isNaN(startMs)) throw new BadParameter('invalid parameter "start": cannot parse "" to a valid timestamp');
  if (Number.isNaN(endMs)) throw new BadParameter('invalid parameter "end": cannot parse "" to a valid timestamp');
  if (endMs < startMs) throw new BadParameter('invalid parameter "end": end timestamp must not be before start time');
  const stepMs = parameters.step('step');
  if ((endMs - startMs) / stepMs > maxPointsPerSeries) {
    throw new BadParameter('exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)');
  }
  return answerJson(queryRange(store, required(parameters, 'query'), { startMs, endMs, stepMs, untilMs: nowMs, windows, ...lookback(parameters) }), parameters.limit());
}

/** How far back a sample still counts, where the question says so. A query's own timeout is read and not needed: work is limited, not time. */
function lookback(parameters: Parameters): { readonly lookbackMs?: Millis } {
  parameters.duration('timeout');
  const lookbackMs = parameters.duration('lookback_delta', 'error parsing lookback delta duration');
  return lookbackMs !== undefined && lookbackMs > 0 ? { lookbackMs } : {};
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
function limited<T>(data: readonly T[], { parameters }: Pick<Api, 'parameters'>): Noted & { readonly data: readonly T[] } {
  const limit = parameters.limit();
  return data.length > limit ? { data: data.slice(0, limit), warnings: ['results truncated due to limit'] } : { data };
}
