import { assert } from '../../kernel/assert.ts';
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

/** So many places are named at most; the rest are counted. */
const cutsNamedMax = 6;

interface Cut extends Truncation {
  readonly path: string;
  readonly unit: 'items' | 'characters' | 'fields';
}

/**
 * A copy of an answer that fits: its longest lists, objects and texts keep their beginnings, shorter and shorter until it does,
 * so what is shown stands where it stands in the whole. `cut` says what is missing.
 */
export function shortened(answer: Json, fits: (value: Json) => boolean): Json {
  for (let each = 1_024; each >= 1; each = Math.floor(each / 2)) {
    const cuts: Cut[] = [];
    const short = cutAll(answer, '', { itemsMax: each, charactersMax: 32 * each, cuts });
    const told = withCuts(short, cuts);
    if (fits(told)) return told;
  }
  const nothing = withCuts({}, [{ path: '', shown: 0, of: JSON.stringify(answer).length, unit: 'characters' }]);
  assert(fits(nothing), 'an answer that holds nothing fits');
  return nothing;
}

function withCuts(short: Json, cuts: readonly Cut[]): Json {
  const named = [...cuts].sort((a, b) => b.of - b.shown - (a.of - a.shown)).slice(0, cutsNamedMax);
  const cut: Json = {
    places: named.map(({ path, unit, shown, of }) => ({ path: path.slice(0, 200), unit, shown, of })),
    ...(cuts.length > named.length && { morePlaces: cuts.length - named.length }),
    advice: 'ask more narrowly, or read on with read_more',
  };
  return short !== null && typeof short === 'object' && !Array.isArray(short) ? { ...short, cut } : { shown: short, cut };
}

interface Cutting { readonly itemsMax: number; readonly charactersMax: number; readonly cuts: Cut[] }

function cutAll(value: Json, path: string, cutting: Cutting): Json {
  const { itemsMax, charactersMax, cuts } = cutting;
  if (typeof value === 'string') {
    if (value.length > charactersMax) cuts.push({ path, unit: 'characters', shown: charactersMax, of: value.length });
    return value.slice(0, charactersMax);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    if (value.length > itemsMax) cuts.push({ path, unit: 'items', shown: itemsMax, of: value.length });
    return value.slice(0, itemsMax).map((item: Json, index) => cutAll(item, `${path}/${index}`, cutting));
  }
  // An object with very many fields is a table in disguise; an ordinary one keeps all of its fields.
  const fieldsMax = Math.max(itemsMax, 16);
  const entries = Object.entries(value);
  if (entries.length > fieldsMax) cuts.push({ path, unit: 'fields', shown: fieldsMax, of: entries.length });
  return Object.fromEntries(entries.slice(0, fieldsMax).map(([key, item]) => [key, item === undefined ? item : cutAll(item, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, cutting)]));
}
