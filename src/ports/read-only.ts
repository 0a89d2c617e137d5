import { failed } from '../kernel/result.ts';
import type { HttpRequest, Transport } from './http.ts';

/** A transport that carries only what is known to change nothing; everything else is refused before a connection is made. */
export function readOnly(inner: Transport, reads: (request: HttpRequest) => boolean): Transport {
  return async (request, signal) => {
    if (isPlain(request.path) && reads(request)) return inner(request, signal);
    return failed('LAB_READ_ONLY', `${request.method} ${request.path} is not among the requests that only read, so it was not sent`, 'an attached cluster is looked at and never changed');
  };
}

/** A path that a server or a proxy could read as another one is not judged by its beginning. */
const isPlain = (path: string): boolean => path.startsWith('/') && !/(^|\/)\.{1,2}(\/|$)|\/\/|[\\?#]|%(2e|2f|5c|25)/i.test(path);

const queries = /^\/api\/v1\/(query|query_range|query_exemplars|series|labels|label\/[^/]+\/values|format_query|parse_query)$/;
const looks = /^\/(api\/v1\/(metadata|targets|targets\/metadata|rules|alerts|alertmanagers|status\/(buildinfo|runtimeinfo|flags|tsdb))|-\/(healthy|ready)|metrics)$/;

/** Prometheus' API as far as it only reads. Its queries may come by POST, because an expression can be long. */
export function prometheusReads({ method, path }: HttpRequest): boolean {
  return method === 'GET' ? queries.test(path) || looks.test(path) : method === 'POST' && queries.test(path) && !path.includes('/label/');
}

/** A page of metrics. */
export const metricsPageReads = ({ method, path }: HttpRequest): boolean => method === 'GET' && path === '/metrics';
