import type { Millis } from '../../src/kernel/clock.ts';
import { ok } from '../../src/kernel/result.ts';
import type { LogAnswer, LogLine, LogPort, LogQuery } from '../../src/ports/logs.ts';
import { parseJsonLogLine } from './json-log.ts';
import { parseUnifiedLogLine } from './unified-log.ts';

const defaultLimit = 200;
/** So many texts are remembered with the lines that hold them. */
const rememberedTexts = 100;

/** Lines by their place: `from` up to but not including `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The nodes' log lines in order of time; lines of one instant keep the order in which they came. */
export class LogStore {
  readonly #lines: LogLine[] = [];
  /** Texts that were asked for, and the lines that hold each among those that were read for it. */
  readonly #holding = new Map<string, Stretch & { readonly lines: readonly LogLine[] }>();

  /** Adds a line. Most come in order of time; one that does not is put in its place. */
  append(line: LogLine): void {
    let index = this.#lines.length;
    while (index > 0 && (this.#lines[index - 1] as LogLine).atMs > line.atMs) index--;
    if (index === this.#lines.length) this.#lines.push(line);
    else {
      this.#lines.splice(index, 0, line);
      this.#holding.clear();
    }
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
    const stretch = { from: this.#countWhile(({ atMs }) => atMs < fromMs), to: this.#countWhile(({ atMs }) => atMs <= untilMs) };
    const lines = contains === undefined ? this.#lines.slice(stretch.from, stretch.to) : this.#linesHolding(contains, stretch).filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const matching = lines.filter((line) => (node === undefined || line.node === node) && (!levels || levels.includes(line.level)));
    return { lines: matching.slice(Math.max(0, matching.length - limit)), matched: matching.length };
  }

  /** The lines that hold a text, of a stretch and maybe more. A monitor asks for the same text again and again: only lines that are new to it are read. */
  #linesHolding(text: string, { from, to }: Stretch): readonly LogLine[] {
    const known = this.#holding.get(text) ?? { from, to: from, lines: [] };
    const holding = (first: number, end: number): LogLine[] => this.#lines.slice(first, end).filter(({ raw }) => raw.includes(text));
    const found = { from: Math.min(from, known.from), to: Math.max(to, known.to), lines: [...holding(from, known.from), ...known.lines, ...holding(known.to, to)] };
    if (this.#holding.size >= rememberedTexts) this.#holding.clear();
    this.#holding.set(text, found);
    return found.lines;
  }

  /** How many lines there are until the first of which something is not true any more. */
  #countWhile(holds: (line: LogLine) => boolean): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#lines[middle] as LogLine)) low = middle + 1;
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
