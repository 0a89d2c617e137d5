import type { Json } from '../../kernel/json.ts';

/** What an answer says when it does not hold everything. */
export interface Truncation {
  readonly shown: number;
  readonly of: number;
}

/** The first `limit` items, with a statement when that is not all of them. */
export function firstOf<T>(items: readonly T[], limit: number): { readonly items: readonly T[]; readonly truncated?: Truncation } {
  return items.length <= limit ? { items } : { items: items.slice(0, limit), truncated: { shown: limit, of: items.length } };
}

/** A copy of a JSON document that fits into `maxBytes`: long lists are cut alike until it does, and the longest cut is stated. */
export function fitted(value: Json, maxBytes: number): { readonly value: Json; readonly truncated?: Truncation } {
  if (sizeBytes(value) <= maxBytes) return { value };
  for (let perList = 128; perList >= 1; perList = Math.floor(perList / 2)) {
    const cut = new Map<number, number>();
    const short = cutLists(value, perList, cut);
    if (sizeBytes(short) <= maxBytes) return cut.size === 0 ? { value: short } : { value: short, truncated: { shown: perList, of: Math.max(...cut.keys()) } };
  }
  const text = JSON.stringify(value);
  return { value: text.slice(0, maxBytes), truncated: { shown: maxBytes, of: text.length } };
}

const sizeBytes = (value: Json): number => JSON.stringify(value).length;

function cutLists(value: Json, perList: number, cut: Map<number, number>): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    if (value.length > perList) cut.set(value.length, perList);
    return value.slice(0, perList).map((item) => cutLists(item as Json, perList, cut));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === undefined ? item : cutLists(item, perList, cut)]));
}
