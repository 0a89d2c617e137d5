import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { assert } from '../../src/kernel/assert.ts';
import { failed, ok, type Result } from '../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/ports/http.ts';
import { errorResponse, plainText, wireBytes } from './api-json.ts';
import { QuickConnections } from './http-quick.ts';
import { FormError, readRequest } from './http-request.ts';

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Default: loopback, so that only this machine can ask. */
  readonly host?: string;
  /** Default: as much as Prometheus takes. */
  readonly maxBodyBytes?: number;
  /** Told about an error that is a bug of ours; the client has got a 500. */
  readonly onBug?: (error: unknown) => void;
}

/** A server that answers. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Takes no new request, lets the ones under way end, and drops idle connections. */
  readonly close: () => Promise<void>;
}

const defaultMaxBodyBytes = 10 * 1024 * 1024;
/** Queries may come in the request line; Go's servers take a megabyte of head. */
const maxHeadBytes = 1024 * 1024;
/** A quiet connection stays open as long as Prometheus keeps one. */
const keepAliveMs = 300_000;

/** Serves a transport over HTTP/1.1: GET, HEAD, and POST with form bodies. */
export async function listen(transport: Transport, { port, host = '127.0.0.1', maxBodyBytes = defaultMaxBodyBytes, onBug }: ListenOptions): Promise<Result<HttpServer>> {
  const ask = asking(transport, onBug);
  const server = createServer({ maxHeaderSize: maxHeadBytes, keepAliveTimeout: keepAliveMs }, (request, response) => void answer(ask, request, { response, maxBodyBytes }));
  const quick = quickRoad(server, ask, maxBodyBytes);
  try {
    await bound(server, port, host);
  } catch (error) {
    return refused(error as NodeJS.ErrnoException, `${host}:${port}`);
  }
  const taken = (server.address() as AddressInfo).port;
  const close = () => closed(server, quick);
  return ok({ url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, port: taken, close, [Symbol.asyncDispose]: close });
}

const bound = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const closed = (server: Server, quick: QuickConnections): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    quick.close();
  });

/** Connections come to the quick road first; Node's own listener gets what that does not take. */
function quickRoad(server: Server, answer: Ask, maxBodyBytes: number): QuickConnections {
  const [toNode] = server.listeners('connection') as [(this: Server, socket: Socket) => void];
  const quick = new QuickConnections({ answer, maxBodyBytes, keepAliveMs, handOver: (socket) => toNode.call(server, socket) });
  server.removeAllListeners('connection');
  server.on('connection', (socket) => quick.take(socket));
  return quick;
}

const refusals: Readonly<Record<string, readonly [because: string, advice: string]>> = {
  EADDRINUSE: ['is taken by another process', 'name another port, or 0 for any free one'],
  EACCES: ['may not be taken by this user', 'name a port above 1023'],
  EADDRNOTAVAIL: ['is no address of this machine', 'name 127.0.0.1, or an address that `ip addr` shows'],
  ENOTFOUND: ['does not resolve to an address', 'name 127.0.0.1, or an address that `ip addr` shows'],
};

function refused(error: NodeJS.ErrnoException, place: string): Result<never> {
  const [because, advice] = refusals[error.code ?? ''] ?? [`cannot be listened on: ${error.message}`, 'name another address'];
  return failed('LAB_LISTEN', `${place} ${because}`, advice);
}

type Ask = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

/** Asks a transport; whatever goes wrong is a response too. */
function asking(transport: Transport, onBug: ListenOptions['onBug']): Ask {
  return async (request, signal) => {
    try {
      const result = await transport(request, signal);
      return result.ok ? result.value : plainText(502, `${result.failure.because}\n`);
    } catch (error) {
      if (!signal.aborted) onBug?.(error);
      return errorResponse(500, 'internal', 'the lab met a bug in itself while it answered');
    }
  };
}

interface Exchange {
  readonly response: ServerResponse;
  readonly maxBodyBytes: number;
}

async function answer(ask: Ask, request: IncomingMessage, { response, maxBodyBytes }: Exchange): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort(new Error('the client went away')));
  try {
    const asked = await readRequest(request, maxBodyBytes);
    send(request, response, asked === undefined ? plainText(405, 'Method Not Allowed\n') : await ask(asked, left.signal));
  } catch (error) {
    assert(error instanceof FormError, 'reading a request throws nothing else');
    if (left.signal.aborted) return;
    // What is left of the body is not read, so the connection cannot carry another request.
    response.setHeader('connection', 'close');
    send(request, response, errorResponse(400, 'bad_data', `error parsing form values: ${error.message}`));
  }
}

function send(request: IncomingMessage, response: ServerResponse, answered: HttpResponse): void {
  if (response.headersSent || response.destroyed) return;
  const { status, contentType } = answered;
  const bytes = wireBytes(answered);
  response.writeHead(status, { 'content-length': bytes.byteLength, ...(contentType !== undefined && { 'content-type': contentType }), 'x-content-type-options': 'nosniff' });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
