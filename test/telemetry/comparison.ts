import { orThrow } from '../../src/kernel/result.ts';
import type { Transport } from '../../src/ports/http.ts';
import { changes, deviationsIn } from './dated-changes.ts';
import type { Question } from './drawn-expressions.ts';
import type { RealPrometheus } from './real-prometheus.ts';

/** How an answer of ours compares: the same bytes, a dated change, a server that contradicts itself, or a fault of ours. */
export type Verdict = { readonly kind: 'same' | 'unstable' | 'different'; readonly empty: boolean; readonly own: string; readonly real: string } | { readonly kind: 'changed'; readonly because: string };

/** The two that are asked, and the major version of the real one. */
export interface Both {
  readonly own: Transport;
  readonly real: RealPrometheus;
  readonly major: string;
}

/** Asks both and compares; an instant vector's order is left open by the language, so it is sorted first. */
export async function compare(question: Question, both: Both): Promise<Verdict> {
  const [mine, theirs] = [await askOwn(question, both), await askReal(question, both)];
  const shown = { empty: theirs.includes('"result":[]'), own: mine, real: theirs };
  if (mine === theirs) return { kind: 'same', ...shown };
  const because = (await acrossChanges(question, theirs, both)) ?? (await acrossDeviations(question, both));
  if (because !== undefined) return { kind: 'changed', because };
  // A server adds up in the order of a hash table here and there: then its answers differ from one asking to the next.
  const again = new Set([theirs, ...(await Promise.all(Array.from({ length: 12 }, () => askReal(question, both))))]);
  return { kind: again.size > 1 ? 'unstable' : 'different', ...shown };
}

async function askOwn(question: Question, { own }: Both): Promise<string> {
  const [path, parameters] = requestOf(question);
  const { status, body } = orThrow(await own({ method: 'POST', path, body: String(new URLSearchParams(parameters)) }));
  return `${status} ${sortedVector(body)}`;
}

async function askReal(question: Question, { real }: Both): Promise<string> {
  const { status, text } = await real.post(...requestOf(question));
  return `${status} ${sortedVector(text.trim())}`;
}

/** Which changes explain a difference: what each of them leaves must agree, and our answer is the one to the old meaning where that can be said. */
async function acrossChanges(question: Question, theirs: string, both: Both): Promise<string | undefined> {
  const applying = (changes[both.major] ?? []).filter(({ applies }) => applies(question));
  if (applying.length === 0) return undefined;
  const query = applying.reduce((soFar, { inOldMeaning }) => inOldMeaning?.(soFar) ?? soFar, question.query);
  const mine = await askOwn({ ...question, query }, both);
  const agree = applying.some(({ leaves }) => leaves === 'rounded data') ? near(parsed(mine), parsed(theirs)) : dataOf(mine) === dataOf(theirs);
  return agree ? applying.map(({ because }) => because).join(' and ') : undefined;
}

/** Whether a difference comes from deviations of values that are not finite: in each, where the two differ by more than rounding, ours is NaN, and somewhere they do. */
async function acrossDeviations(question: Question, both: Both): Promise<string | undefined> {
  if (both.major !== '2') return undefined;
  let changed = false;
  for (const deviation of deviationsIn(question)) {
    const query = (changes[2] ?? []).reduce((soFar, { inOldMeaning }) => inOldMeaning?.(soFar) ?? soFar, deviation.query);
    const [mine, theirs] = [parsed(await askOwn({ ...deviation, query }, both)), parsed(await askReal(deviation, both))];
    if (near(mine, theirs)) continue;
    if (!near(mine, theirs, 'NaN')) return undefined;
    changed = true;
  }
  return changed ? '3.0: stddev and stdvar of values that are not finite are NaN' : undefined;
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

const dataOf = (answer: string): string => answer.replace(/,"(warnings|infos)":\[.*\]\}$/s, '}');
/** The data of an answer, with its series in an order that does not hang on their values. */
const parsed = (answer: string): unknown => {
  const { data, ...rest } = JSON.parse(dataOf(answer).slice(4)) as { data?: { result?: unknown } };
  const result = Array.isArray(data?.result) ? [...data.result].sort((a, b) => (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1)) : data?.result;
  return { ...rest, status: answer.slice(0, 4), result };
};

/** A sum of minus zeros was minus zero before 3.0, so what is divided by it was infinite the other way. */
const infinite = (value: unknown): boolean => value === '+Inf' || value === '-Inf';

/** Whether two answers are the same but for the last digits and the sign of zero, or where ours has a text that may stand for anything. */
function near(mine: unknown, theirs: unknown, wild?: string): boolean {
  if (Array.isArray(mine) && Array.isArray(theirs)) return mine.length === theirs.length && mine.every((each, i) => near(each, theirs[i], wild));
  if (typeof mine === 'object' && typeof theirs === 'object' && mine !== null && theirs !== null) {
    const [left, right] = [Object.entries(mine), Object.entries(theirs)];
    return left.length === right.length && left.every(([key, value], i) => right[i]?.[0] === key && near(value, right[i]?.[1], wild));
  }
  if (mine === theirs || (wild !== undefined && mine === wild) || (infinite(mine) && infinite(theirs))) return true;
  return typeof mine === 'string' && typeof theirs === 'string' && Math.abs(Number(mine) - Number(theirs)) <= 1e-9 * Math.abs(Number(mine));
}
