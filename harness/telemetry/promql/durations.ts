import type { DurationExpr } from './ast.ts';
import { parseNumber, secondsToMs } from './literals.ts';
import type { SyntaxContext } from './syntax.ts';
import { children, type TreeNode } from './tree.ts';

/** A duration that must not be zero or negative, as far as that is known before the query runs. */
export function positiveDuration(node: TreeNode, context: SyntaxContext): DurationExpr {
  const duration = durationOf(node, context);
  if (typeof duration === 'number' && duration <= 0) throw context.fail(node, 'duration must be greater than 0');
  return duration;
}

/** A duration: plain literals become milliseconds at once, anything that depends on the query stays an expression. */
export function durationOf(node: TreeNode, context: SyntaxContext): DurationExpr {
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
      const value = parseNumber(context.writtenAt(first));
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
