import { connect, type Socket } from 'node:net';

/** What came back: its status and all bytes of it, head and framing included. */
export interface Answered {
  readonly status: number;
  readonly bytes: number;
  readonly text: () => string;
}

/**
 * One kept-alive connection that asks by POST and notes when the answer is complete, without decoding it: what a
 * client does costs both servers the same, and would hide the difference between them.
 */
export class LeanClient implements Disposable {
  readonly #socket: Socket;
  readonly #host: string;
  #parts: Buffer[] = [];
  #size = 0;
  #wanted: ((end: Buffer) => boolean) | undefined;
  #done: (answer: Answered) => void = () => {};
  #failed: (error: Error) => void = () => {};

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (part) => this.#take(part));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', () => this.#failed(new Error(`${host} closed the connection`)));
  }

  /** Connects to the server of a URL. */
  static async connect(url: string): Promise<LeanClient> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new LeanClient(socket, host);
  }

  /** Sends a form; one request at a time. */
  post(path: string, form: string): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#socket.write(`POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(form)}\r\n\r\n${form}`);
    });
  }

  [Symbol.dispose](): void {
    this.#failed = () => {};
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    this.#wanted ??= completeness(this.#parts.length === 1 ? part : Buffer.concat(this.#parts), () => this.#size);
    if (!this.#wanted?.(part)) return;
    const parts = this.#parts;
    const size = this.#size;
    this.#parts = [];
    this.#size = 0;
    this.#wanted = undefined;
    this.#done({ status: Number((parts[0] as Buffer).toString('latin1', 9, 12)), bytes: size, text: () => Buffer.concat(parts).toString('utf8') });
  }
}

/** How to tell from the head that an answer is whole; `undefined` until the head is there. */
function completeness(start: Buffer, size: () => number): ((end: Buffer) => boolean) | undefined {
  const headEnd = start.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(start.toString('latin1', 0, headEnd))?.[1];
  // JSON has no line breaks of its own, so a last chunk can be told by its bytes.
  if (length === undefined) return (end) => end.length >= 5 && end.toString('latin1', end.length - 5) === '0\r\n\r\n';
  return () => size() >= headEnd + 4 + Number(length);
}
