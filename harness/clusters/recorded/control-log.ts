import type { Millis } from '../../../src/kernel/clock.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { parseControlRow, type ControlRow } from './control-row.ts';

/** The answers of a control plane over time, and which of them was the latest at any instant. */
export class ControlLog {
  /** Per node and request, in order of time. */
  readonly #rows = new Map<string, Map<string, ControlRow[]>>();

  /** From the text of `control.jsonl`, in any order of time. */
  static parse(text: string): ControlLog {
    return new ControlLog(text.split('\n').flatMap((line, index) => (line === '' ? [] : [parseLine(line, index + 1)])));
  }

  /** Of rows in any order of time; equal times keep the order given. */
  constructor(rows: readonly ControlRow[]) {
    for (const row of rows.toSorted((a, b) => a.t - b.t)) {
      const ofNode = getOrAdd(this.#rows, row.node, () => new Map<string, ControlRow[]>());
      getOrAdd(ofNode, requestKey(row.request), () => []).push(row);
    }
  }

  /** The newest answer of this node to this request that was there at `nowMs`. */
  latest(node: string, request: string, nowMs: Millis): ControlRow | undefined {
    return this.#upTo(node, request, nowMs).at(-1);
  }

  /** The newest answer that was none of the server's own failures. */
  latestGood(node: string, request: string, nowMs: Millis): ControlRow | undefined {
    return this.#upTo(node, request, nowMs).findLast((row) => !isFailing(row));
  }

  /** Everything that was asked of this node up to `nowMs`, as it was asked, sorted. */
  requests(node: string, nowMs: Millis): string[] {
    const asked = [...(this.#rows.get(node)?.values() ?? [])].filter((rows) => (rows[0]?.t ?? Infinity) <= nowMs);
    return asked.flatMap((rows) => rows.slice(0, 1).map(({ request }) => request)).sort();
  }

  /** Every answer to this request, whenever it came. */
  all(node: string, request: string): readonly ControlRow[] {
    return this.#upTo(node, request, Infinity);
  }

  /** Every node that was ever asked. */
  nodes(): string[] {
    return [...this.#rows.keys()];
  }

  #upTo(node: string, request: string, nowMs: Millis): readonly ControlRow[] {
    const rows = this.#rows.get(node)?.get(requestKey(request)) ?? [];
    return rows.slice(0, countUpTo(rows, nowMs));
  }
}

function parseLine(line: string, number: number): ControlRow {
  try {
    return parseControlRow(line);
  } catch (cause) {
    throw new LabError({ code: 'LAB_CONTROL_FILE', because: `line ${number} of the control plane's recording is no answer`, advice: 'take the recording again' }, 4, { cause });
  }
}

/** No answer at all, or the server saying that it could not give one. */
export const isFailing = (row: ControlRow): boolean => row.error !== undefined || (row.status ?? 0) >= 500;

/** The same request, however its query is ordered or escaped. */
function requestKey(request: string): string {
  const at = request.indexOf('?');
  if (at < 0) return request;
  return `${request.slice(0, at)}?${request.slice(at + 1).split('&').map((pair) => unescaped(pair.replace(/=$/, ''))).sort().join('&')}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How many rows were there at `nowMs` (binary search). */
function countUpTo(rows: readonly ControlRow[], nowMs: Millis): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.t ?? Infinity) <= nowMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
