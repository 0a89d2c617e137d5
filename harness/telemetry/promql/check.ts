import type { AggregateNode, BinaryNode, CallNode, Expr, ExprType } from './ast.ts';
import { syntaxError } from './errors.ts';
import { isComparison, isSetOperator } from './operators.ts';
import { signatures } from './signatures.ts';

/** The type of a well-typed expression. */
export function typeOf(expr: Expr): ExprType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregate':
      return 'instant vector';
    case 'range':
    case 'subquery':
      return 'range vector';
    case 'paren':
    case 'unary':
      return typeOf(expr.expr);
    case 'call':
      return signatures.get(expr.func)?.returns ?? 'instant vector';
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'instant vector';
  }
}

/** Checks types and modifiers all the way down, with Prometheus' own words for what is wrong. */
export function checkTypes(expr: Expr, text: string): void {
  const fail = (at: Expr, because: string) => syntaxError(text, at.from, because);
  const expect = (at: Expr, wanted: ExprType, where: string) => {
    checkTypes(at, text);
    if (typeOf(at) !== wanted) throw fail(at, `expected type ${wanted} in ${where}, got ${typeOf(at)}`);
  };
  switch (expr.kind) {
    case 'paren':
      return checkTypes(expr.expr, text);
    case 'unary': {
      checkTypes(expr.expr, text);
      const type = typeOf(expr.expr);
      if (type !== 'scalar' && type !== 'instant vector') throw fail(expr, `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(type)}`);
      return;
    }
    case 'subquery':
      checkTypes(expr.expr, text);
      if (typeOf(expr.expr) !== 'instant vector') throw fail(expr, `subquery is only allowed on instant vector, got ${typeOf(expr.expr) === 'range vector' ? 'matrix' : typeOf(expr.expr)} instead`);
      return;
    case 'aggregate':
      return checkAggregate(expr, expect, fail);
    case 'call':
      return checkCall(expr, expect, fail);
    case 'binary':
      checkTypes(expr.left, text);
      checkTypes(expr.right, text);
      return checkBinary(expr, { fail, atOperator: (because) => syntaxError(text, operatorAt(expr, text), because) });
    default:
  }
}

type Fail = (at: Expr, because: string) => Error;
type Expect = (at: Expr, wanted: ExprType, where: string) => void;

function checkAggregate(expr: AggregateNode, expect: Expect, fail: Fail): void {
  if (expr.op === 'limitk' || expr.op === 'limit_ratio') throw fail(expr, `${expr.op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`);
  expect(expr.expr, 'instant vector', 'aggregation expression');
  if (expr.param) expect(expr.param, expr.op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
}

function checkCall(expr: CallNode, expect: Expect, fail: Fail): void {
  const known = signatures.get(expr.func);
  if (!known) throw fail(expr, `function ${JSON.stringify(expr.func)} is not enabled`);
  const { args, optional } = known;
  const given = expr.args.length;
  const words = (bound: string, count: number) => `expected ${bound}${count} argument(s) in call to ${JSON.stringify(expr.func)}, got ${given}`;
  if (optional === 0 && given !== args.length) throw fail(expr, words('', args.length));
  const least = args.length - Math.abs(optional);
  if (given < least) throw fail(expr, words('at least ', least));
  if (optional > 0 && given > args.length) throw fail(expr, words('at most ', args.length));
  expr.args.forEach((arg, i) => expect(arg, args[Math.min(i, args.length - 1)] as ExprType, `call to function ${JSON.stringify(expr.func)}`));
}

/** Errors of an operator are told where it stands. */
function operatorAt({ left }: BinaryNode, text: string): number {
  return left.to + text.slice(left.to).search(/\S/);
}

function checkBinary(expr: BinaryNode, { fail, atOperator }: { readonly fail: Fail; readonly atOperator: (because: string) => Error }): void {
  const { op, bool, matching } = expr;
  const sides = [expr.left, expr.right];
  const every = (type: ExprType) => sides.every((side) => typeOf(side) === type);
  if (bool && !isComparison(op)) throw atOperator('bool modifier can only be used on comparison operators');
  if (isComparison(op) && !bool && every('scalar')) throw atOperator('comparisons between scalars must use BOOL modifier');
  const shared = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
  if (shared !== undefined) throw atOperator(`label ${JSON.stringify(shared)} must not occur in ON and GROUP clause at once`);
  const odd = sides.find((side) => typeOf(side) !== 'scalar' && typeOf(side) !== 'instant vector');
  if (odd) throw fail(odd, 'binary expression must contain only scalar and instant vector types');
  if (every('instant vector')) {
    if (isSetOperator(op) && matching.card !== 'many-to-many') throw fail(expr, `no grouping allowed for ${JSON.stringify(op)} operation`);
    return;
  }
  if (matching.labels.length > 0) throw fail(expr, 'vector matching only allowed between instant vectors');
  if (isSetOperator(op)) throw fail(expr, `set operator ${JSON.stringify(op)} not allowed in binary scalar expression`);
}
