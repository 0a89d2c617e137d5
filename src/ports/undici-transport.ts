import { request, type Dispatcher } from 'undici';
import type { Millis } from '../kernel/clock.ts';
import { failed, ok, type Result } from '../kernel/result.ts';
import { wallClock } from '../kernel/wall-clock.ts';
import type { HttpRequest, HttpResponse, Transport } from './http.ts';
import { tlsFailure } from './tls-failure.ts';

/** How to talk to one server. */
export interface HttpOptions {
  /** For the whole exchange, connecting included. */
  readonly timeoutMs: Millis;
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer answer is a failure, and is not read to its end; default: any length. */
  readonly maxBodyBytes?: number;
  /** Default: the process's shared connection pool. */
  readonly dispatcher?: Dispatcher;
}

/** HTTP over the network to one base URL. A path in the base URL goes before every request's path. */
export function httpTransport(baseUrl: URL | string, options: HttpOptions): Transport {
  const base = new URL(baseUrl);
  return async (asked, signal) => {
    signal?.throwIfAborted();
    const deadline = new AbortController();
    const done = new AbortController();
    const timer = wallClock.sleep(options.timeoutMs, done.signal).then(
      () => deadline.abort(),
      () => {},
    );
    try {
      return ok(await exchange(urlOf(base, asked), asked, { ...options, signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal }));
    } catch (error) {
      signal?.throwIfAborted();
      return deadline.signal.aborted ? failed('LAB_TIMEOUT', `${base.host} did not answer ${asked.path} within ${options.timeoutMs} ms`) : failureOf(error, base, asked);
    } finally {
      done.abort();
      await timer;
    }
  };
}

async function exchange(url: URL, { method, body }: HttpRequest, options: HttpOptions & { readonly signal: AbortSignal }): Promise<HttpResponse> {
  const response = await request(url, {
    method,
    signal: options.signal,
    ...(options.headers && { headers: { ...options.headers } }),
    ...(body !== undefined && { body, headers: { 'content-type': contentTypeOf(body), ...options.headers } }),
    ...(options.dispatcher && { dispatcher: options.dispatcher }),
  });
  const text = options.maxBodyBytes === undefined ? await response.body.text() : await limitedText(response.body, options.maxBodyBytes);
  const contentType = response.headers['content-type'];
  return { status: response.statusCode, body: text, ...(typeof contentType === 'string' && { contentType }) };
}

/** The body as text. Leaving the loop early closes the connection. */
async function limitedText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw Object.assign(new Error(`the answer is longer than ${maxBytes} bytes`), { code: tooLong });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooLong = 'LAB_BODY_TOO_LONG';

const contentTypeOf = (body: string): string => (/^\s*[[{"]/.test(body) ? 'application/json' : 'application/x-www-form-urlencoded');

function urlOf(base: URL, { path, query = {} }: HttpRequest): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/$/, '') + path;
  url.search = '';
  for (const [key, value] of Object.entries(query)) for (const each of typeof value === 'string' ? [value] : value) url.searchParams.append(key, each);
  return url;
}

const codes: Readonly<Record<string, readonly [code: string, because: string]>> = {
  ECONNREFUSED: ['LAB_CONNECTION_REFUSED', 'refuses connections: the host answers, no process listens'],
  ECONNRESET: ['LAB_CONNECTION_RESET', 'closed the connection while answering'],
  EPIPE: ['LAB_CONNECTION_RESET', 'closed the connection while being asked'],
  UND_ERR_SOCKET: ['LAB_CONNECTION_RESET', 'closed the connection while answering'],
  ENOTFOUND: ['LAB_DNS', 'has no address: the name does not resolve'],
  EAI_AGAIN: ['LAB_DNS', 'cannot be resolved now: the name server does not answer'],
  EHOSTUNREACH: ['LAB_UNREACHABLE', 'has no route'],
  ENETUNREACH: ['LAB_UNREACHABLE', 'has no route'],
  ETIMEDOUT: ['LAB_TIMEOUT', 'does not answer the connection attempt'],
  UND_ERR_CONNECT_TIMEOUT: ['LAB_TIMEOUT', 'does not answer the connection attempt'],
  UND_ERR_HEADERS_TIMEOUT: ['LAB_TIMEOUT', 'took the request and sends no answer'],
  UND_ERR_BODY_TIMEOUT: ['LAB_TIMEOUT', 'stopped in the middle of its answer'],
};

function failureOf(error: unknown, base: URL, { path }: HttpRequest): Result<never> {
  const code = codeOf(error);
  const known = codes[code];
  if (known) return failed(known[0], `${base.host} ${known[1]} (${path})`);
  const text = error instanceof Error ? error.message : String(error);
  if (code === tooLong) return failed(tooLong, `${base.host}: ${text} (${path})`);
  const tls = tlsFailure(code, base.host, error instanceof Error ? error : { message: text });
  if (tls) return { ok: false, failure: tls };
  return failed('LAB_TRANSPORT', `${base.host}: ${code ? `${code}: ` : ''}${text} (${path})`);
}

/** A host with several addresses fails with all their errors in one; they carry the code too. */
function codeOf(error: unknown): string {
  const { code, errors, cause } = error as { code?: unknown; errors?: readonly unknown[]; cause?: unknown };
  if (typeof code === 'string') return code;
  const inner = errors?.[0] ?? cause;
  return inner === undefined ? '' : codeOf(inner);
}
