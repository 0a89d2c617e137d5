import type { Millis } from '../../../src/kernel/clock.ts';
import type { LogLevel, LogLine } from '../../../src/ports/logs.ts';
import type { Engine } from './engine.ts';

/** A field of a log line, in the order in which the program writes it. */
export type Field = readonly [name: string, value: string | number | boolean];

/** Where lines go. */
export interface LogSink {
  readonly append: (line: LogLine) => void;
}

/** A line before it has a time and a node. */
export interface Entry {
  readonly level?: LogLevel;
  /** File and line in the program's source, e.g. `raft.rs:1271`. */
  readonly source: string;
  readonly message: string;
  readonly fields?: readonly Field[];
  /** etcd inside PD names its logger in one more bracket. */
  readonly logger?: string;
}

/** Writes what the programs log, in the unified log format. */
export class Journal {
  /** While true nothing is written: those lines are hours old and rotated away. */
  muted = false;
  readonly #engine: Engine;
  readonly #sink: LogSink;
  readonly #clocks = new Map<string, { readonly offsetMs: Millis }>();

  constructor(engine: Engine, sink: LogSink) {
    this.#engine = engine;
    this.#sink = sink;
  }

  /** Says by which clock a node stamps its lines. */
  stampBy(node: string, clock: { readonly offsetMs: Millis }): void {
    this.#clocks.set(node, clock);
  }

  /** A line of this node, now by its own clock. */
  write(node: string, entry: Entry): void {
    if (this.muted) return;
    const atMs = this.#engine.nowMs + (this.#clocks.get(node)?.offsetMs ?? 0);
    const level = entry.level ?? 'INFO';
    this.#sink.append({ atMs, node, level, message: entry.message, raw: formatLine(atMs, level, entry) });
  }
}

/** `[2026/01/05 08:00:00.000 +00:00] [INFO] [file:line] ["message"] [field=value]`. */
export function formatLine(atMs: Millis, level: LogLevel, entry: Entry): string {
  const logger = entry.logger === undefined ? '' : ` [${entry.logger}]`;
  let line = `[${logTime(atMs)}] [${level}]${logger} [${entry.source}] [${quoted(entry.message)}]`;
  for (const [name, value] of entry.fields ?? []) line += ` [${quoted(name)}=${typeof value === 'string' ? quoted(value) : value}]`;
  return line;
}

/** `2026/01/05 08:00:00.000 +00:00`. */
export function logTime(atMs: Millis): string {
  const second = Math.floor(atMs / 1000);
  if (second !== latest.second) latest = { second, text: new Date(second * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ') };
  return `${latest.text}.${String(Math.floor(atMs) - second * 1000).padStart(3, '0')} +00:00`;
}

/** Lines come in bursts: a second is put in words once for all that fall into it. */
let latest = { second: Number.NaN, text: '' };

/** Quoted where a reader could not tell where it ends: on blanks, quotes, brackets, backslashes and equals signs. */
const quoted = (text: string): string => (text === '' || !/[\s"[\]=\\]/.test(text) ? text : JSON.stringify(text));
