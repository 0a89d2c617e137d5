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

/** A good JSON response from who has at hand what it says: a body that nobody reads is never written. */
export class DocumentResponse implements HttpResponse {
  readonly status = 200;
  readonly contentType = 'application/json';
  /** What the body says. */
  readonly document: () => unknown;
  /** The body as it goes over a wire. */
  readonly bytes: () => Buffer;
  #body: string | undefined;

  constructor({ document, bytes }: Pick<DocumentResponse, 'document' | 'bytes'>) {
    this.document = document;
    this.bytes = bytes;
  }

  get body(): string {
    return (this.#body ??= this.bytes().toString('utf8'));
  }
}

/** What the body of a response says in JSON; throws where it is something else. */
export const documentOf = (response: HttpResponse): unknown => (response instanceof DocumentResponse ? response.document() : JSON.parse(response.body));

/** Carries a request to one server. A refused or timed-out connection is a failure; a 500 is a response. */
export type Transport = (request: HttpRequest, signal?: AbortSignal) => Promise<Result<HttpResponse>>;

/** `/path?a=1&b=2`, the form in which recordings keep a request. */
export function requestTarget(request: HttpRequest): string {
  if (!request.query) return request.path;
  const pairs = Object.entries(request.query).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : value.map((each) => [key, each])));
  return pairs.length === 0 ? request.path : `${request.path}?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`;
}
