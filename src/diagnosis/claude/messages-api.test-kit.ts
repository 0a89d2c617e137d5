import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wallClock } from '../../kernel/wall-clock.ts';
import { complaintAbout, type ApiRequest } from './messages-request.test-kit.ts';
import { eventsOf, type SpokenTurn } from './messages-stream.test-kit.ts';

/** What the fake endpoint does with one request. */
export type Turn =
  | ({ readonly kind: 'speaks' } & SpokenTurn)
  | { readonly kind: 'status'; readonly status: number; readonly type: string; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  /** Breaks the connection after so many events. */
  | ({ readonly kind: 'cut'; readonly afterEvents: number } & SpokenTurn)
  /** Ends the stream in good order after so many events. */
  | ({ readonly kind: 'short'; readonly afterEvents: number } & SpokenTurn)
  /** An error inside the stream, after its first event. */
  | { readonly kind: 'error-event'; readonly type: string; readonly message: string }
  /** Headers, or not even those, and then nothing. */
  | { readonly kind: 'silence'; readonly afterHeaders: boolean }
  /** Pings for a while before it speaks, as during long thought. */
  | ({ readonly kind: 'ponders'; readonly pings: number; readonly everyMs: number } & SpokenTurn)
  /** Something that is not the API at all. */
  | { readonly kind: 'raw'; readonly body: string; readonly contentType: string };

/** Decides a turn from the request; may look at everything that the client has sent. */
export type Script = (request: ApiRequest, index: number) => Turn;

/** A Messages API on a real port: the wire format of streams and errors, checks of what it is sent, and a script instead of a model. */
export class FakeMessagesApi implements AsyncDisposable {
  readonly requests: ApiRequest[] = [];
  /** Complaints about requests that the real API would have refused. */
  readonly complaints: string[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #script: Script;
  /** The key that is taken; any, where it is undefined. */
  readonly #key: string | undefined;

  private constructor(script: Script, key: string | undefined) {
    this.#script = script;
    this.#key = key;
  }

  /** Listens on a free port of this machine. */
  static async start(script: Script | readonly Turn[], key?: string): Promise<FakeMessagesApi> {
    const turns = typeof script === 'function' ? script : (_request: ApiRequest, index: number): Turn => script[index] ?? { kind: 'status', status: 500, type: 'api_error', message: 'the script has no turn left', headers: { 'retry-after-ms': '1' } };
    const api = new FakeMessagesApi(turns, key);
    await new Promise<void>((listening) => api.#server.listen(0, '127.0.0.1', listening));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const asked: ApiRequest = { path: request.url ?? '', headers: request.headers, body: parsed(body) as ApiRequest['body'], text: body };
    const complaint = complaintAbout(asked);
    if (complaint !== undefined) {
      this.complaints.push(complaint);
      return answerError(response, { kind: 'status', status: 400, type: 'invalid_request_error', message: complaint });
    }
    const given = request.headers.authorization?.replace(/^Bearer /, '') ?? request.headers['x-api-key'];
    if (this.#key !== undefined && given !== this.#key) return answerError(response, { kind: 'status', status: 401, type: 'authentication_error', message: `invalid bearer token ${String(given)}` });
    this.requests.push(asked);
    let turn: Turn;
    try {
      turn = this.#script(asked, this.requests.length - 1);
    } catch (error) {
      this.complaints.push(`the script failed: ${(error as Error).message}`);
      return answerError(response, { kind: 'status', status: 400, type: 'invalid_request_error', message: 'the script failed' });
    }
    await play(turn, response);
  }
}

async function play(turn: Turn, response: ServerResponse): Promise<void> {
  if (turn.kind === 'status') return answerError(response, turn);
  if (turn.kind === 'raw') return void response.writeHead(200, { 'content-type': turn.contentType }).end(turn.body);
  if (turn.kind === 'silence' && !turn.afterHeaders) return;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'request-id': 'req_fake' });
  response.flushHeaders();
  if (turn.kind === 'silence') return;
  for (let i = 0; turn.kind === 'ponders' && i < turn.pings; i++) {
    response.write('event: ping\ndata: {"type":"ping"}\n\n');
    await wallClock.sleep(turn.everyMs);
  }
  const events = turn.kind === 'error-event' ? [...eventsOf({ content: [] }).slice(0, 1), { type: 'error', error: { type: turn.type, message: turn.message } }] : eventsOf(turn);
  const sent = turn.kind === 'cut' || turn.kind === 'short' ? events.slice(0, turn.afterEvents) : events;
  const bytes = Buffer.from(sent.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  // In pieces that respect neither events nor characters, as networks do.
  for (let at = 0; at < bytes.length; at += 977) await new Promise<void>((written) => response.write(bytes.subarray(at, at + 977), () => written()));
  if (turn.kind === 'cut') response.destroy();
  else response.end();
}

function answerError(response: ServerResponse, { status, type, message, headers = {} }: Extract<Turn, { kind: 'status' }>): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_fake', ...headers }).end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_fake' }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
