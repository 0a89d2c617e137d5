import { nameLabel } from '../labels.ts';
import { matcher, type Matcher, type MatchOp } from '../matchers.ts';
import type { SelectorNode } from './ast.ts';
import { PromqlSyntaxError } from './errors.ts';
import { unquote } from './literals.ts';
import { goQuote } from './quote.ts';
import type { SyntaxContext } from './syntax.ts';
import { children, type TreeNode } from './tree.ts';

/** An instant selector with all its matchers. */
export function selector(node: TreeNode, context: SyntaxContext): SelectorNode {
  const matchers: Matcher[] = [];
  const identifier = node.getChild('Identifier');
  if (identifier) matchers.push(matcher(nameLabel, '=', context.writtenAt(identifier)));
  const list = node.getChild('LabelMatchers');
  for (const part of list ? children(list) : []) {
    if (part.name === 'QuotedLabelName') matchers.push(matcher(nameLabel, '=', stringValue(part, context)));
    if (part.name.endsWith('LabelMatcher')) matchers.push(labelMatcher(part, context));
  }
  // Two names in braces are no mistake, only never true together.
  const again = identifier && matchers.slice(1).find(({ label }) => label === nameLabel);
  if (again) throw context.fail(node, `metric name must not be set twice: ${goQuote(matchers[0]?.value ?? '')} or ${goQuote(again.value)}`);
  if (matchers.every(({ test }) => test(''))) throw context.fail(node, 'vector selector must contain at least one non-empty matcher');
  return { kind: 'selector', matchers, from: node.from, to: node.to };
}

function labelMatcher(node: TreeNode, context: SyntaxContext): Matcher {
  const [name, op, value] = children(node) as [TreeNode, TreeNode, TreeNode];
  const label = name.name === 'QuotedLabelName' ? stringValue(name, context) : context.textOf(name);
  try {
    return matcher(label, context.textOf(op) as MatchOp, stringValue(value, context));
  } catch (error) {
    if (error instanceof PromqlSyntaxError) throw error;
    // Told without what anchors the regex, and where its label stands.
    throw context.fail(name, (error instanceof Error ? error.message : String(error)).replace(/`\^\(\?s:([^]*)\)\$`$/, '`$1`'));
  }
}

/** The text of a string literal. */
export function stringValue(node: TreeNode, context: SyntaxContext): string {
  const value = unquote(context.textOf(node));
  if (value === undefined) throw context.fail(node, 'unterminated quoted string or unknown escape sequence');
  return value;
}
