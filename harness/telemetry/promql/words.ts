import { goQuote } from './quote.ts';

/** What a token is; `error` carries the words of a text that cannot be cut into tokens. */
export type TokenKind = 'name' | 'keyword' | 'operator' | 'aggregator' | 'number' | 'duration' | 'string' | 'mark' | 'end' | 'error';

/** A token of a query, as Prometheus' reader cuts them. */
export interface Word {
  readonly kind: TokenKind;
  /** As written; of an error, what is wrong. */
  readonly text: string;
  /** In small letters, for words of the language. */
  readonly word: string;
  readonly from: number;
}

const kinds: Readonly<Record<'operator' | 'aggregator' | 'keyword', readonly string[]>> = {
  operator: ['and', 'or', 'unless', 'atan2'],
  aggregator: ['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar', 'topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'],
  keyword: ['offset', 'anchored', 'smoothed', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'start', 'end'],
};

const kindOf: ReadonlyMap<string, TokenKind> = new Map([
  ...(['operator', 'aggregator', 'keyword'] as const).flatMap((kind) => kinds[kind].map((word): [string, TokenKind] => [word, kind])),
  ['inf', 'number'],
  ['nan', 'number'],
]);

/** The token that a written word is; its letters may be of any size. */
export function wordToken(text: string, from: number): Word {
  const word = text.toLowerCase();
  return { kind: kindOf.get(word) ?? 'name', text, word, from };
}

const notMetrics: ReadonlySet<string> = new Set(['atan2', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'inf', 'nan']);

/** Whether a metric may have this name outside of quotes. */
export const canBeMetric = ({ kind, word }: Word): boolean => ['name', 'keyword', 'operator', 'aggregator'].includes(kind) && /^[a-z_:]/.test(word) && !notMetrics.has(word);

/** Whether a label may have this name outside of quotes, in a list such as that of `by`. */
export const canBeLabel = ({ kind, word }: Word): boolean => ['name', 'keyword', 'operator', 'aggregator'].includes(kind) && /^[a-z_:]/.test(word) && word !== 'without';

/** A token as Prometheus' messages name it. */
export function described(word: Word): string {
  const { kind, text } = word;
  switch (kind) {
    case 'end':
      return 'end of input';
    case 'name':
      return `${text.includes(':') ? 'metric identifier' : 'identifier'} ${goQuote(text)}`;
    case 'keyword':
      return word.word === 'start' || word.word === 'end' ? goQuote(text) : `<${text}>`;
    case 'operator':
      return `<op:${text}>`;
    case 'aggregator':
      return `<aggr:${text}>`;
    case 'mark':
      return goQuote(text);
    default:
      return `${kind} ${[...text].length > 10 ? `${goQuote([...text].slice(0, 10).join(''))}...` : goQuote(text)}`;
  }
}
