import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { LogLine } from '../../../src/ports/logs.ts';
import { parseJsonLogLine } from '../../telemetry/json-log.ts';
import type { LogStore } from '../../telemetry/log-store.ts';
import { parseUnifiedLogLine } from '../../telemetry/unified-log.ts';

/** Puts lines that programs write into a log store, as they come. */
export class LogIntake {
  readonly #store: LogStore;
  readonly #now: () => Millis;
  readonly #lastMs = new Map<string, Millis>();

  constructor(store: LogStore, now: () => Millis) {
    this.#store = store;
    this.#now = now;
  }

  /** One line of a node. What is in no known form (a stack trace, a panic) stands at the time of the line before it. */
  add(node: string, raw: string): void {
    if (raw === '') return;
    const parsed = parseUnifiedLogLine(node, raw) ?? parseJsonLogLine(node, raw);
    const line: LogLine = parsed ?? { atMs: this.#lastMs.get(node) ?? this.#now(), node, level: 'ERROR', message: raw, raw };
    this.#lastMs.set(node, line.atMs);
    this.#store.append(line);
  }
}

const chunkBytes = 256 * 1024;

/** Reads what is appended to a file, whole lines only, from its beginning on, or from its last `tailBytes`. A file that is not there yet is empty; one that takes its place is read from its beginning. */
export class FileTail {
  readonly #path: string;
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #offset = 0;
  #inode: number | undefined;
  #rest = '';
  /** The first line may have begun before the place where reading begins. */
  #partial = false;

  constructor(path: string, onLine: (line: string) => void, { tailBytes = Infinity }: { readonly tailBytes?: number } = {}) {
    this.#path = path;
    this.#onLine = onLine;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > tailBytes) [this.#offset, this.#partial] = [size - tailBytes, true];
  }

  /** Takes every line that is complete by now. */
  read(): void {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    try {
      const { ino, size } = fstatSync(file);
      if ((this.#inode !== undefined && this.#inode !== ino) || size < this.#offset) [this.#offset, this.#rest, this.#partial] = [0, '', false];
      this.#inode = ino;
      const chunk = Buffer.allocUnsafe(chunkBytes);
      for (let count = 1; count > 0; ) {
        count = readSync(file, chunk, 0, chunkBytes, this.#offset);
        this.#offset += count;
        this.#take(this.#decoder.write(chunk.subarray(0, count)));
      }
    } finally {
      closeSync(file);
    }
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#partial && lines.length > 0) {
      lines.shift();
      this.#partial = false;
    }
    for (const line of lines) this.#onLine(line);
  }
}
