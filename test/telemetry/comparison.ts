import { orThrow } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import type { Question } from './drawn-expressions.ts';
import type { RealPrometheus } from './real-prometheus.ts';

/** A dated change of Prometheus: what it touches, and what can still be compared across it. */
interface Change {
  readonly because: string;
  readonly applies: (question: Question) => boolean;
  /** Everything but warnings and infos; numbers up to rounding; nothing at all. */
  readonly leaves: 'data' | 'rounded data' | 'nothing';
}

const mentions = (...words: readonly string[]) => ({ query }: Question): boolean => new RegExp(`\\b(${words.join('|')})\\b`).test(query);

/** What is different on purpose: this engine follows Prometheus 3.14. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  2: [
    { because: '3.0: a dot in a regex matches line breaks', applies: ({ query }) => /zone[!=]~/.test(query), leaves: 'nothing' },
    { because: '3.0: stddev and stdvar of infinities are NaN, and use another summation', applies: mentions('stddev', 'stdvar'), leaves: 'nothing' },
    { because: '3.0: sum and avg keep what rounding loses', applies: mentions('sum', 'avg', 'avg_over_time', 'histogram_quantile'), leaves: 'rounded data' },
    { because: '3.0: infos have a list of their own, and want a result', applies: mentions('rate', 'increase', 'histogram_quantile', 'quantile', 'quantile_over_time', 'sort'), leaves: 'data' },
  ],
  3: [{ because: '3.12: a warning that sort does nothing in range queries', applies: (question) => 'stepMs' in question && mentions('sort')(question), leaves: 'data' }],
};

/** How an answer of ours compares: the same bytes, a dated change, a server that contradicts itself, or a fault of ours. */
export type Verdict = { readonly kind: 'same' | 'unstable' | 'different'; readonly empty: boolean; readonly own: string; readonly real: string } | { readonly kind: 'changed'; readonly because: string };

/** Asks both and compares; an instant vector's order is left open by the language, so it is sorted first. */
export async function compare(question: Question, { own, real, major }: { readonly own: Transport; readonly real: RealPrometheus; readonly major: string }): Promise<Verdict> {
  const [path, parameters] = requestOf(question);
  const ours = orThrow(await own({ method: 'POST', path, body: String(new URLSearchParams(parameters)) }));
  const ask = async () => (({ status, text }) => `${status} ${sortedVector(text.trim())}`)(await real.post(path, parameters));
  const mine = `${ours.status} ${sortedVector(ours.body)}`;
  const theirs = await ask();
  const shown = { empty: theirs.includes('"result":[]'), own: mine, real: theirs };
  if (mine === theirs) return { kind: 'same', ...shown };
  for (const { because, applies, leaves } of changes[major] ?? []) {
    if (applies(question) && (leaves === 'nothing' || (leaves === 'data' ? dataOf(mine) === dataOf(theirs) : near(JSON.parse(dataOf(mine)), JSON.parse(dataOf(theirs)))))) return { kind: 'changed', because };
  }
  // A server adds up in the order of a hash table here and there: then its answers differ from one asking to the next.
  const again = new Set([theirs, ...(await Promise.all(Array.from({ length: 12 }, ask)))]);
  return { kind: again.size > 1 ? 'unstable' : 'different', ...shown };
}

/** Path and parameters of a question. */
export function requestOf(question: Question): [string, Record<string, string>] {
  const { query } = question;
  if ('atMs' in question) return ['/api/v1/query', { query, time: String(question.atMs / 1_000) }];
  return ['/api/v1/query_range', { query, start: String(question.startMs / 1_000), end: String(question.endMs / 1_000), step: String(question.stepMs / 1_000) }];
}

/** An answer with an instant vector in order. The text itself is cut and put in order, so that no byte of it is read and written anew. */
export function sortedVector(text: string): string {
  const [, before, result, after] = /^(\{"status":"success","data":\{"resultType":"vector","result":\[)(.+)(\]\}.*\})$/s.exec(text) ?? [];
  return before === undefined ? text : `${before}${(result as string).split(/,(?=\{"metric":)/).sort().join(',')}${after}`;
}

const dataOf = (answer: string): string => answer.slice(answer.indexOf('{')).replace(/,"(warnings|infos)":\[.*\]\}$/s, '}');

function near(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => near(each, b[i]));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [Object.entries(a), Object.entries(b)];
    return left.length === right.length && left.every(([key, value], i) => right[i]?.[0] === key && near(value, right[i]?.[1]));
  }
  return a === b || (typeof a === 'string' && typeof b === 'string' && Math.abs(Number(a) - Number(b)) <= 1e-9 * Math.abs(Number(a)));
}
