import { parsePromql } from '../../harness/telemetry/promql/parse.ts';
import type { Expr } from '../../harness/telemetry/promql/ast.ts';
import type { Question } from './drawn-expressions.ts';

/** A dated change of Prometheus: what it touches, and what can still be compared across it. */
export interface Change {
  readonly because: string;
  readonly applies: (question: Question) => boolean;
  /** Everything but warnings and infos; or numbers up to rounding. */
  readonly leaves: 'data' | 'rounded data';
  /** The question in today's words, where the old meaning can be said in them. */
  readonly inOldMeaning?: (query: string) => string;
}

const mentions = (...words: readonly string[]) => ({ query }: Question): boolean => new RegExp(`\\b(${words.join('|')})\\b`).test(query);

/** A regex of the drawn expressions: of a matcher, or of label_replace. */
const regex = /([!=]~|"[^"]*", (?="[^"]*"\)))"((?:[^"\\]|\\.)*)"/g;

/** What is different on purpose, by major version of the server: this engine follows Prometheus 3.14. */
export const changes: Readonly<Record<string, readonly Change[]>> = {
  2: [
    {
      because: '3.0: a dot in a regex matches line breaks',
      applies: ({ query }) => query.replace(regex, '') !== query,
      leaves: 'data',
      inOldMeaning: (query) => query.replace(regex, (_, before: string, pattern: string) => `${before}"(?-s:${pattern})"`),
    },
    { because: '3.0: sum, avg, stddev and stdvar keep what rounding loses', applies: mentions('sum', 'avg', 'avg_over_time', 'stddev', 'stdvar', 'histogram_quantile'), leaves: 'rounded data' },
    { because: '3.0: infos have a list of their own, and want a result', applies: mentions('rate', 'increase', 'histogram_quantile', 'quantile', 'quantile_over_time', 'sort'), leaves: 'data' },
  ],
  3: [{ because: '3.12: a warning that sort does nothing in range queries', applies: (question) => 'stepMs' in question && mentions('sort')(question), leaves: 'data' }],
};

/** Since 3.0 (changed there) stddev and stdvar are NaN wherever a value is not finite: each of these inside a question, as a question of its own. */
export function deviationsIn(question: Question): Question[] {
  const found: Question[] = [];
  visit(parsePromql(question.query), (node) => {
    if (node.kind === 'aggregate' && node.op.startsWith('std')) found.push({ ...question, query: question.query.slice(node.from, node.to) });
  });
  return found;
}

function visit(node: Expr, look: (node: Expr) => void): void {
  look(node);
  for (const child of Object.values(node)) {
    for (const each of Array.isArray(child) ? child : [child]) if (typeof each === 'object' && each !== null && 'kind' in each && 'from' in each) visit(each as Expr, look);
  }
}
