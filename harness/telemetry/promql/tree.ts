import { parser } from '@prometheus-io/lezer-promql';
import { PromqlSyntaxError, syntaxError } from './errors.ts';
import { misread } from './misread.ts';

/** A node of the official editor grammar's tree. */
export type TreeNode = ReturnType<typeof parser.parse>['topNode'];

/** Node names that are expressions. */
export const expressionNames: ReadonlySet<string> = new Set([
  'AggregateExpr', 'BinaryExpr', 'FunctionCall', 'MatrixSelector', 'NumberDurationLiteral', 'OffsetExpr', 'AnchoredExpr', 'SmoothedExpr', 'ParenExpr', 'StringLiteral', 'SubqueryExpr', 'UnaryExpr',
  'VectorSelector', 'StepInvariantExpr',
]);

/** A query text with its tree, cut to the one expression in it; throws where the grammar finds an error. */
export function parseTree(text: string): { readonly source: string; readonly root: TreeNode } {
  if (text.replace(/#[^\n]*/g, '').trim() === '') throw new PromqlSyntaxError('unknown position: parse error: no expression found in input');
  const source = normalized(text);
  const tree = parser.parse(source);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw misread(text, source, node.from);
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
 * The grammar does not know `2.`, which PromQL allows, and wants `step()` and its like in small letters, which
 * PromQL does not. Both are put right without moving any position.
 */
function normalized(text: string): string {
  const skippedOrOdd = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`[^`]*`|#[^\n]*|(?<![\w.:])(?:step|range|min_of|max_of)(?=\s*\()|(?<![\w.:])\d[\d_]*\.(?![\d.eE_\w])/gi;
  return text.replace(skippedOrOdd, (match) => (/^\d/.test(match) ? `${match.slice(0, -1)} ` : /^[a-z]/i.test(match) ? match.toLowerCase() : match));
}
