import type { AtModifier, DurationExpr, Expr, SelectorNode } from './ast.ts';
import { parseNumber, secondsToMs } from './literals.ts';
import { canShift, type PostfixToken } from './operators.ts';
import type { SyntaxContext } from './syntax.ts';
import { children, type TreeNode } from './tree.ts';

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
  const range = positiveDuration(node.getChild('DurationExpr') as TreeNode, context);
  return {
    kind: 'postfix',
    apply: (operand) => {
      if (operand.kind !== 'selector') throw context.fail(node, 'ranges only allowed for vector selectors');
      if (operand.offset !== undefined) throw context.fail(node, 'no offset modifiers allowed before range');
      if (operand.at !== undefined) throw context.fail(node, 'no @ modifiers allowed before range');
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
  const [, sign = '', body = ''] = /^([+-]?)\s*([^]*)$/.exec(context.textOf(node.getChild('NumberDurationLiteral') as TreeNode)) ?? [];
  const seconds = parseNumber(body.trim()) ?? NaN;
  if (!Number.isFinite(seconds)) throw context.fail(node, `timestamp out of bounds for @ modifier: ${seconds}`);
  const ms = Math.round(seconds * 1_000);
  return sign === '-' ? -ms : ms;
}

function positiveDuration(node: TreeNode, context: SyntaxContext): DurationExpr {
  const duration = durationOf(node, context);
  if (typeof duration === 'number' && duration <= 0) throw context.fail(node, 'duration must be greater than 0');
  return duration;
}

/** Plain literals become milliseconds at once; anything that depends on the query is kept as an expression. */
function durationOf(node: TreeNode, context: SyntaxContext): DurationExpr {
  const expr = durationExpr(node, context);
  return isConstant(expr) ? durationMs(expr, { stepMs: 0, rangeMs: 0 }) : expr;
}

const isConstant = (expr: DurationExpr): boolean =>
  typeof expr === 'number' ||
  expr.kind === 'number' ||
  (expr.kind === 'negate' && isConstant(expr.operand)) ||
  (expr.kind === 'arithmetic' && isConstant(expr.left) && isConstant(expr.right));

/** Literals are numbers of seconds here, so that `1m * 2` and `2 * 1m` mean the same. */
function durationExpr(node: TreeNode, context: SyntaxContext): DurationExpr {
  const parts = children(node);
  const operands = parts.filter(({ name }) => name === 'DurationExpr' || name === 'OffsetDurationExpr');
  const first = parts[0] as TreeNode;
  switch (first.name) {
    case 'NumberDurationLiteralInDurationContext': {
      const value = parseNumber(context.textOf(first));
      if (value === undefined || !Number.isFinite(value)) throw context.fail(first, `not a valid duration string: ${JSON.stringify(context.textOf(first))}`);
      return { kind: 'number', value };
    }
    case 'DurationStep':
      return { kind: 'step' };
    case 'DurationRange':
      return { kind: 'range' };
    case 'DurationMinOf':
    case 'DurationMaxOf':
      return arithmetic(first.name === 'DurationMinOf' ? 'min' : 'max', operands, context);
    case 'UnaryOp': {
      const operand = durationExpr(operands[0] as TreeNode, context);
      return context.textOf(first) === '-' ? { kind: 'negate', operand } : operand;
    }
    default:
      return operands.length === 2 ? arithmetic(context.textOf(parts[1] as TreeNode), operands, context) : durationExpr(operands[0] as TreeNode, context);
  }
}

const arithmetic = (op: string, [left, right]: readonly TreeNode[], context: SyntaxContext): DurationExpr => ({
  kind: 'arithmetic',
  op,
  left: durationExpr(left as TreeNode, context),
  right: durationExpr(right as TreeNode, context),
});

/** What duration expressions may refer to. */
export interface DurationScope {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/** Milliseconds of a duration in a query with this step and range. */
export function durationMs(expr: DurationExpr, scope: DurationScope): number {
  return typeof expr === 'number' ? expr : secondsToMs(seconds(expr, scope));
}

function seconds(expr: DurationExpr, scope: DurationScope): number {
  if (typeof expr === 'number') return expr / 1_000;
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'step':
      return scope.stepMs / 1_000;
    case 'range':
      return scope.rangeMs / 1_000;
    case 'negate':
      return -seconds(expr.operand, scope);
    case 'arithmetic':
      return calculate(expr.op, seconds(expr.left, scope), seconds(expr.right, scope));
  }
}

function calculate(op: string, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case 'min':
      return Math.min(left, right);
    default:
      return Math.max(left, right);
  }
}
