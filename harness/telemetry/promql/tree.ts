import { parser } from '@prometheus-io/lezer-promql';
import { syntaxError } from './errors.ts';
import { findMistake } from './misread.ts';
import type { Word } from './words.ts';

/** A node of the official editor grammar's tree. */
export type TreeNode = ReturnType<typeof parser.parse>['topNode'];

/** Node names that are expressions. */
export const expressionNames: ReadonlySet<string> = new Set([
  'AggregateExpr', 'BinaryExpr', 'FunctionCall', 'MatrixSelector', 'NumberDurationLiteral', 'OffsetExpr', 'AnchoredExpr', 'SmoothedExpr', 'ParenExpr', 'StringLiteral', 'SubqueryExpr', 'UnaryExpr',
  'VectorSelector', 'StepInvariantExpr',
]);

/** A query text with its tree, cut to the one expression in it; throws the first mistake in it. */
export function parseTree(text: string): { readonly source: string; readonly root: TreeNode } {
  const source = normalized(text, findMistake(text));
  const tree = parser.parse(source);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw syntaxError(text, node.from, `unexpected ${JSON.stringify(text.slice(node.from).trimStart().slice(0, 10))}`);
    },
  });
  const root = children(tree.topNode).find(({ name }) => expressionNames.has(name));
  if (!root) throw syntaxError(text, 0, 'no expression found in input');
  return { source, root };
}

/** A node's children without comments. */
export function children(node: TreeNode): TreeNode[] {
  const found: TreeNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'LineComment') found.push(child);
  return found;
}

/**
 * The grammar wants `step()` and its like in small letters, which PromQL does not, and does not know all that PromQL allows:
 * such a token is replaced by one of its kind and length, so that no position moves; what it says is read from the text.
 */
function normalized(text: string, unusual: readonly Word[]): string {
  const skippedOrOdd = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`[^`]*`|#[^\n]*|(?<![\w.:])(?:step|range|min_of|max_of)(?=\s*\()/gi;
  const source = text.replace(skippedOrOdd, (match) => (/^[a-z]/i.test(match) ? match.toLowerCase() : match));
  return unusual.reduce((soFar, { kind, text: word, from }) => soFar.slice(0, from) + (kind === 'number' ? '1' : 'o').repeat(word.length) + soFar.slice(from + word.length), source);
}
