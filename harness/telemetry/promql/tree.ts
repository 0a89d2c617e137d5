import { parser } from '@prometheus-io/lezer-promql';
import { syntaxError } from './errors.ts';
import { findMistake } from './misread.ts';

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

/** Stands for a metric named `offset` in what the editor grammar reads; as long as that. */
const offsetStandIn = '_offs_';

/**
 * The grammar does not know `2.`, `0X1f` and a metric named `offset`, which PromQL allows, and wants `step()` and its like in
 * small letters, which PromQL does not. All are put right without moving any position.
 */
function normalized(text: string, offsetMetrics: readonly number[]): string {
  const skippedOrOdd = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`[^`]*`|#[^\n]*|(?<![\w.:])(?:step|range|min_of|max_of)(?=\s*\()|(?<![\w.:])0X(?=[\da-f_])|(?<![\w.:])\d[\d_]*\.(?![\d.eE_\w])/gi;
  const source = text.replace(skippedOrOdd, (match) => (match === '0X' ? '0x' : /^0x$/i.test(match) ? match : /^\d/.test(match) ? `${match.slice(0, -1)} ` : /^[a-z]/i.test(match) ? match.toLowerCase() : match));
  return offsetMetrics.reduce((soFar, at) => soFar.slice(0, at) + offsetStandIn + soFar.slice(at + offsetStandIn.length), source);
}
