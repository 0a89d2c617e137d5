import type { Millis } from '../../src/kernel/clock.ts';
import { ok } from '../../src/kernel/result.ts';
import type { LogAnswer, LogLine, LogPort, LogQuery } from '../../src/ports/logs.ts';
import { parseJsonLogLine } from './json-log.ts';
import { parseUnifiedLogLine } from './unified-log.ts';

const defaultLimit = 200;

/** The nodes' log lines in order of time; lines of one instant keep the order in which they came. */
export class LogStore {
  readonly #lines: LogLine[] = [];

  /** Adds a line. Most come in order of time; one that does not is put in its place. */
  append(line: LogLine): void {
    let index = this.#lines.length;
    while (index > 0 && (this.#lines[index - 1] as LogLine).atMs > line.atMs) index--;
    if (index === this.#lines.length) this.#lines.push(line);
    else this.#lines.splice(index, 0, line);
  }

  /** How many lines there are. */
  get count(): number {
    return this.#lines.length;
  }

  /** The operator's view: nothing later than now. */
  port(now: () => Millis): LogPort {
    return { search: async (query) => ok(this.#search(query, now())) };
  }

  /** Each node's log as the text of its file, nodes in order of name. */
  export(): ReadonlyMap<string, string> {
    const texts = new Map<string, string[]>();
    for (const { node, raw } of this.#lines) {
      const lines = texts.get(node);
      if (lines) lines.push(raw);
      else texts.set(node, [raw]);
    }
    return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, lines]) => [node, `${lines.join('\n')}\n`]));
  }

  /** A store of whole log files: TiKV's and PD's unified format, or etcd's JSON. A line that is neither continues the one before it. */
  static fromFiles(files: Iterable<readonly [node: string, text: string]>): LogStore {
    const lines = [...files].flatMap(([node, text]) => parseFile(node, text));
    const store = new LogStore();
    for (const line of lines.sort((a, b) => a.atMs - b.atMs)) store.#lines.push(line);
    return store;
  }

  #search({ node, fromMs = -Infinity, toMs = Infinity, levels, contains, limit = defaultLimit }: LogQuery, nowMs: Millis): LogAnswer {
    const untilMs = Math.min(toMs, nowMs);
    const newest: LogLine[] = [];
    let matched = 0;
    for (let i = this.#countUntil(untilMs) - 1; i >= 0; i--) {
      const line = this.#lines[i] as LogLine;
      if (line.atMs < fromMs) break;
      if ((node !== undefined && line.node !== node) || (levels && !levels.includes(line.level)) || (contains !== undefined && !line.raw.includes(contains))) continue;
      matched++;
      if (newest.length < limit) newest.push(line);
    }
    return { lines: newest.reverse(), matched };
  }

  #countUntil(untilMs: Millis): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] as LogLine).atMs <= untilMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function parseFile(node: string, text: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const raw of text.split('\n')) {
    if (raw === '') continue;
    const line = parseUnifiedLogLine(node, raw) ?? parseJsonLogLine(node, raw);
    const previous = lines.at(-1);
    if (line) lines.push(line);
    else if (previous) lines[lines.length - 1] = { ...previous, raw: `${previous.raw}\n${raw}` };
  }
  return lines;
}
