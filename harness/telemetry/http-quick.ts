import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { Millis } from '../../src/kernel/clock.ts';
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import { wireBytes } from './api-json.ts';
import { requestFrom } from './http-request.ts';

/** What a connection needs to know of its server. */
export interface QuickServer {
  readonly answer: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;
  /** Takes a connection over for good, with what was read of it put back: Node's own HTTP. */
  readonly handOver: (socket: Socket) => void;
  readonly maxBodyBytes: number;
  readonly keepAliveMs: number;
}

/**
 * Connections that have brought nothing but plain, whole requests so far. Those are answered here, which takes half the
 * time of Node's server; the first that is anything else goes to that server, and so does all that follows it.
 */
export class QuickConnections {
  readonly #server: QuickServer;
  readonly #open = new Map<Socket, Connection>();
  #closing = false;

  constructor(server: QuickServer) {
    this.#server = server;
  }

  /** Begins to listen to a new connection. */
  take(socket: Socket): void {
    const state: Connection = { busy: false, seenMs: wallClock.now(), later: [], left: new AbortController() };
    const listeners: Listeners = {
      data: (piece: Buffer) => this.#read(socket, piece, { state, listeners }),
      // Who does not want to say any more is taken to have left, as Node's own server has it.
      end: () => socket.end(),
      close: () => {
        this.#open.delete(socket);
        state.left.abort(new Error('the client went away'));
      },
      error: () => {},
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    this.#dropQuiet();
    this.#open.set(socket, state);
  }

  /** Drops idle connections; the others end with the answer that is under way. */
  close(): void {
    this.#closing = true;
    for (const [socket, { busy }] of this.#open) if (!busy) socket.destroy();
  }

  /** Whoever comes makes those leave who have been quiet for long. */
  #dropQuiet(): void {
    const nowMs = wallClock.now();
    for (const [socket, { busy, seenMs }] of this.#open) if (!busy && nowMs - seenMs > this.#server.keepAliveMs) socket.destroy();
  }

  #read(socket: Socket, piece: Buffer, { state, listeners }: { readonly state: Connection; readonly listeners: Listeners }): void {
    if (state.busy) {
      state.later.push(piece);
      return void socket.pause();
    }
    const asked = plainRequest(piece, this.#server.maxBodyBytes);
    if (!asked) return this.#letGo(socket, piece, listeners);
    state.busy = true;
    state.seenMs = wallClock.now();
    void this.#server.answer(asked, state.left.signal).then((response) => {
      state.busy = false;
      if (socket.writable) write(socket, response, this.#closing);
      if (state.later.length > 0) this.#letGo(socket, Buffer.concat(state.later), listeners);
    });
  }

  #letGo(socket: Socket, piece: Buffer, listeners: Listeners): void {
    socket.pause();
    for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
    this.#open.delete(socket);
    socket.unshift(piece);
    this.#server.handOver(socket);
    process.nextTick(() => socket.resume());
  }
}

interface Connection {
  busy: boolean;
  /** When it asked last. */
  seenMs: Millis;
  /** What came while an answer was under way. */
  readonly later: Buffer[];
  readonly left: AbortController;
}

type Listeners = Readonly<Record<string, (piece: Buffer) => void>>;

const requestLine = /^(GET|POST) (\/[!-~]*) HTTP\/1\.1$/;
const headerLine = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t -~]*)$/;
/** Headers that change how a message is read, or what must be answered; and their only value that changes nothing. */
const plainValues: Readonly<Record<string, string | undefined>> = { connection: 'keep-alive', 'transfer-encoding': undefined, expect: undefined, upgrade: undefined, trailer: undefined };

/** The request in a piece that is one whole request and nothing else, without anything out of the ordinary; else nothing. */
function plainRequest(piece: Buffer, maxBodyBytes: number): HttpRequest | undefined {
  const headEnd = piece.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const lines = piece.toString('latin1', 0, headEnd).split('\r\n');
  const [, method, target] = requestLine.exec(lines[0] as string) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = new Map<string, string>();
  for (let i = 1; i < lines.length; i++) {
    const [, name, value] = headerLine.exec(lines[i] as string) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const known = name.toLowerCase();
    if (headers.has(known) || (known in plainValues && plainValues[known] !== value.trim().toLowerCase())) return undefined;
    headers.set(known, value.trim());
  }
  const length = headers.get('content-length') ?? '0';
  if (!headers.has('host') || !/^\d{1,15}$/.test(length) || Number(length) > maxBodyBytes || piece.length !== headEnd + 4 + Number(length)) return undefined;
  try {
    return requestFrom({ method: method as 'GET' | 'POST', target, contentType: headers.get('content-type') ?? '', body: piece.toString('utf8', headEnd + 4) });
  } catch {
    return undefined;
  }
}

const largestCopied = 65_536;

function write(socket: Socket, answered: HttpResponse, last: boolean): void {
  const bytes = wireBytes(answered);
  const head = headOf(answered, bytes.length, last);
  if (bytes.length > largestCopied) {
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(bytes);
    socket.uncork();
  } else {
    const message = Buffer.allocUnsafe(head.length + bytes.length);
    message.write(head, 'latin1');
    message.set(bytes, head.length);
    socket.write(message);
  }
  if (last) socket.end();
}

function headOf({ status, contentType }: HttpResponse, length: number, last: boolean): string {
  const type = contentType !== undefined && /^[\t -~]*$/.test(contentType) ? `Content-Type: ${contentType}\r\n` : '';
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\nContent-Length: ${length}\r\n${type}X-Content-Type-Options: nosniff\r\nDate: ${dateText()}\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n`;
}

let dated = { second: -1, text: '' };

/** The date as HTTP writes it, made once a second. */
function dateText(): string {
  const second = Math.floor(wallClock.now() / 1_000);
  if (second !== dated.second) dated = { second, text: new Date(second * 1_000).toUTCString() };
  return dated.text;
}
