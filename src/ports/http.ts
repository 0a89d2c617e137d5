import type { Result } from '../kernel/result.ts';

/** One request, apart from any host: the transport knows where it goes. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Starts with `/`, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** A form or JSON body of a POST. */
  readonly body?: string;
}

/** What came back, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

const documents = new WeakMap<HttpResponse, () => unknown>();

/**
 * A response together with what its body says, from who has that at hand: then a body that nobody reads need not be written.
 * A copy of the response has no document, so that whoever changes the body changes what is read from it.
 */
export function withDocument(response: HttpResponse, document: () => unknown): HttpResponse {
  documents.set(response, document);
  return response;
}

/** What the body of a response says in JSON; throws where it is something else. */
export function documentOf(response: HttpResponse): unknown {
  const known = documents.get(response);
  return known ? known() : JSON.parse(response.body);
}

/** Carries a request to one server. A refused or timed-out connection is a failure; a 500 is a response. */
export type Transport = (request: HttpRequest, signal?: AbortSignal) => Promise<Result<HttpResponse>>;

/** `/path?a=1&b=2`, the form in which recordings keep a request. */
export function requestTarget(request: HttpRequest): string {
  if (!request.query) return request.path;
  const pairs = Object.entries(request.query).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : value.map((each) => [key, each])));
  return pairs.length === 0 ? request.path : `${request.path}?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`;
}
