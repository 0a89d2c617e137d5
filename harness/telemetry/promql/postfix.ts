import type { AtModifier, DurationExpr, Expr, SelectorNode } from './ast.ts';
import { durationOf, positiveDuration } from './durations.ts';
import { parseNumber } from './literals.ts';
import { canShift, type PostfixToken } from './operators.ts';
import type { SyntaxContext } from './syntax.ts';
import type { TreeNode } from './tree.ts';

/** The postfix that a tree node adds to its operand. */
export function postfixToken(node: TreeNode, context: SyntaxContext): PostfixToken {
  switch (node.name) {
    case 'MatrixSelector':
      return rangeToken(node, context);
    case 'SubqueryExpr':
      return subqueryToken(node, context);
    case 'OffsetExpr':
      return offsetToken(node, context);
    default:
      return atToken(node, context);
  }
}

function rangeToken(node: TreeNode, context: SyntaxContext): PostfixToken {
  const duration = node.getChild('DurationExpr') as TreeNode;
  const range = positiveDuration(duration, context);
  const bracket = { from: context.textOf(node).lastIndexOf('[', duration.from - node.from) + node.from };
  return {
    kind: 'postfix',
    apply: (operand) => {
      if (operand.kind !== 'selector') throw context.fail(bracket, 'ranges only allowed for vector selectors');
      if (operand.offset !== undefined) throw context.fail(bracket, 'no offset modifiers allowed before range');
      if (operand.at !== undefined) throw context.fail(bracket, 'no @ modifiers allowed before range');
      return { kind: 'range', matchers: (operand as SelectorNode).matchers, range, from: operand.from, to: node.to };
    },
  };
}

function subqueryToken(node: TreeNode, context: SyntaxContext): PostfixToken {
  const [range, step] = node.getChildren('DurationExpr').map((duration) => positiveDuration(duration, context));
  return {
    kind: 'postfix',
    apply: (expr) => ({ kind: 'subquery', expr, range: range as DurationExpr, ...(step === undefined ? {} : { step }), from: expr.from, to: node.to }),
  };
}

function offsetToken(node: TreeNode, context: SyntaxContext): PostfixToken {
  const offset = durationOf(node.getChild('OffsetDurationExpr') as TreeNode, context);
  return {
    kind: 'postfix',
    apply: (operand) => {
      if (!canShift(operand)) throw context.fail(operand, 'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery');
      if (operand.offset !== undefined) throw context.fail(operand, 'offset may not be set multiple times');
      return { ...operand, offset, to: node.to };
    },
  };
}

function atToken(node: TreeNode, context: SyntaxContext): PostfixToken {
  const at = atModifier(node, context);
  return {
    kind: 'postfix',
    apply: (operand: Expr) => {
      if (!canShift(operand)) throw context.fail(operand, '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery');
      if (operand.at !== undefined) throw context.fail(operand, '@ <timestamp> may not be set multiple times');
      return { ...operand, at, to: node.to };
    },
  };
}

function atModifier(node: TreeNode, context: SyntaxContext): AtModifier {
  const keyword = node.getChild('AtModifierPreprocessors');
  if (keyword) return context.textOf(keyword).toLowerCase() as 'start' | 'end';
  const [, sign = '', body = ''] = /^([+-]?)\s*([^]*)$/.exec(context.writtenAt(node.getChild('NumberDurationLiteral') as TreeNode)) ?? [];
  const seconds = parseNumber(body.trim()) ?? NaN;
  const ms = Math.round((sign === '-' ? -seconds : seconds) * 1_000);
  // Milliseconds are 64-bit integers in Prometheus.
  if (!(Math.abs(ms) < 2 ** 63)) throw context.fail(node, `timestamp out of bounds for @ modifier: ${goFixed(sign === '-' ? -seconds : seconds)}`);
  return ms;
}

/** Go's `%f` of a number of seconds too large to be an instant. */
const goFixed = (value: number): string => (Number.isFinite(value) ? `${BigInt(Math.trunc(value))}.000000` : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf');
