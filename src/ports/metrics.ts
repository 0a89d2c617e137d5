import type { Clock, Millis } from '../kernel/clock.ts';
import { failed, ok, type Result } from '../kernel/result.ts';
import { documentOf, type HttpRequest, type HttpResponse, type Transport } from './http.ts';

/** One series of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: Millis;
  readonly value: number;
}

/** One series of a range answer; points are `[atMs, value]`. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [Millis, number])[];
}

/** The range of a query: both ends inclusive. */
export interface Range {
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly stepMs: Millis;
}

/** A Prometheus, whichever one: ours over a twin or a recording, or a real server. Values may be NaN or infinite. */
export interface MetricsPort {
  /** Evaluates an expression at one instant (default now); a scalar comes as one sample without labels. */
  readonly query: (promql: string, atMs?: Millis) => Promise<Result<readonly Sample[]>>;
  /** Evaluates an expression over a range. */
  readonly queryRange: (promql: string, range: Range) => Promise<Result<readonly Series[]>>;
  /** Label sets of the series that match a selector such as `up{job="tikv"}`. */
  readonly series: (selector: string) => Promise<Result<readonly Readonly<Record<string, string>>[]>>;
  /** All values of one label; `__name__` lists the metrics. */
  readonly labelValues: (label: string) => Promise<Result<readonly string[]>>;
  /** The API itself, for tools that need what the methods above leave out. */
  readonly transport: Transport;
}

/** What Prometheus answers. */
export interface Envelope {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
}

/** Seconds, and a value: a text in JSON, which has no NaN; in a document that was never JSON, the number itself. */
export type RawPoint = readonly [number, string | number];

/** A series of an answer: `value` at one instant, or `values` over a range. */
export interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: RawPoint;
  readonly values?: readonly RawPoint[];
}

/** Prometheus' HTTP API (v1) over a transport. */
export function prometheusPort(transport: Transport, clock: Pick<Clock, 'now'>): MetricsPort {
  const call = async (path: string, query: HttpRequest['query']): Promise<Result<unknown>> => {
    const response = await transport(query ? { method: 'GET', path, query } : { method: 'GET', path });
    if (!response.ok) return response;
    const envelope = envelopeOf(response.value);
    if (!envelope) return failed('LAB_PROMETHEUS_ANSWER', `${path} answered ${response.value.status} with something that is not Prometheus' JSON`, 'check its address: it has to be that of Prometheus, or of what speaks its API');
    if (envelope.status === 'error') return failed('LAB_PROMQL', `${envelope.errorType ?? 'error'}: ${envelope.error ?? 'no text'}`);
    return ok(envelope.data);
  };
  return {
    transport,
    query: async (promql, atMs = clock.now()) => mapResult(await call('/api/v1/query', { query: promql, time: seconds(atMs) }), toSamples),
    queryRange: async (promql, range) =>
      mapResult(
        await call('/api/v1/query_range', { query: promql, start: seconds(range.fromMs), end: seconds(range.toMs), step: String(range.stepMs / 1000) }),
        toSeries,
      ),
    series: async (selector) => mapResult(await call('/api/v1/series', { 'match[]': selector, end: seconds(clock.now()) }), (data) => data as Record<string, string>[]),
    labelValues: async (label) => mapResult(await call(`/api/v1/label/${label}/values`, { end: seconds(clock.now()) }), (data) => data as string[]),
  };
}

const seconds = (atMs: Millis): string => String(atMs / 1000);

function envelopeOf(response: HttpResponse): Envelope | undefined {
  try {
    const envelope = documentOf(response) as Envelope;
    return envelope?.status === 'success' || envelope?.status === 'error' ? envelope : undefined;
  } catch {
    return undefined;
  }
}

const mapResult = <A, B>(result: Result<A>, map: (value: A) => B): Result<B> => (result.ok ? ok(map(result.value)) : result);

function toSamples(data: unknown): Sample[] {
  const { resultType, result } = data as { resultType: string; result: RawSeries[] | RawPoint };
  if (resultType === 'scalar' || resultType === 'string') {
    const [at, value] = result as RawPoint;
    return [{ labels: {}, atMs: Math.round(at * 1000), value: parseValue(value) }];
  }
  return (result as RawSeries[]).flatMap(({ metric, value }) => (value ? [{ labels: metric, atMs: Math.round(value[0] * 1000), value: parseValue(value[1]) }] : []));
}

function toSeries(data: unknown): Series[] {
  const { result } = data as { result: RawSeries[] };
  return result.map(({ metric, values = [] }) => ({ labels: metric, points: values.map(([at, value]) => [Math.round(at * 1000), parseValue(value)] as const) }));
}

/** Prometheus writes `NaN`, `+Inf` and `-Inf` as strings. */
function parseValue(text: string | number): number {
  if (typeof text === 'number') return text;
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}
