import type { BinaryNode, Expr, Matching, Place, Shifted } from './ast.ts';

/** A binary operator as it stands in the text, with its modifiers. */
export interface BinaryToken {
  readonly kind: 'binary';
  readonly op: string;
  readonly bool: boolean;
  readonly matching: Matching;
  readonly place: Place;
}

/** A postfix as it stands in the text: `[5m]`, `[5m:1m]`, `offset 5m`, `@ 100`. */
export interface PostfixToken {
  readonly kind: 'postfix';
  readonly apply: (operand: Expr) => Expr;
}

/** One element of a run of operators in the order of the text. */
export type Token = { readonly kind: 'unary'; readonly op: '+' | '-'; readonly from: number } | { readonly kind: 'atom'; readonly expr: Expr } | BinaryToken | PostfixToken;

const precedence: Readonly<Record<string, number>> = {
  or: 1, and: 2, unless: 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5, atan2: 5, '^': 6,
};
/** A sign binds like `*`, so its operand is at least a power: `-2 ^ 2` is `-(2 ^ 2)`. */
const unaryOperandPrecedence = 6;

/** Set operators match many to many. */
export const isSetOperator = (op: string): boolean => op === 'and' || op === 'or' || op === 'unless';
/** Comparisons filter, or give 0 and 1 with bool. */
export const isComparison = (op: string): boolean => precedence[op] === 3;

/**
 * Builds the tree of one run of operators by precedence climbing. The editor grammar hangs postfixes and signs on
 * the wrong operand (`a - b offset 5m`, `-2 ^ 2`), so only the order of its tokens is trusted.
 */
export function climb(tokens: readonly Token[]): Expr {
  let next = 0;
  const operand = (): Expr => {
    const token = tokens[next++];
    if (token?.kind === 'unary') return signed(token, expression(unaryOperandPrecedence));
    let expr = (token as { expr: Expr }).expr;
    for (let postfix = tokens[next]; postfix?.kind === 'postfix'; postfix = tokens[++next]) expr = postfix.apply(expr);
    return expr;
  };
  const expression = (least: number): Expr => {
    let left = operand();
    for (let token = tokens[next]; token?.kind === 'binary'; token = tokens[next]) {
      const binding = precedence[token.op] ?? 0;
      if (binding < least) break;
      next++;
      left = combine(token, left, expression(token.op === '^' ? binding : binding + 1));
    }
    return left;
  };
  return expression(0);
}

function signed({ op, from }: { op: '+' | '-'; from: number }, expr: Expr): Expr {
  const place = { from, to: expr.to };
  return expr.kind === 'number' ? { ...expr, ...place, value: op === '-' ? -expr.value : expr.value } : { kind: 'unary', op, expr, ...place };
}

const combine = ({ op, bool, matching }: BinaryToken, left: Expr, right: Expr): BinaryNode => ({ kind: 'binary', op, bool, matching, left, right, from: left.from, to: right.to });

/** Whether offset and @ may follow. */
export const canShift = (expr: Expr): expr is Expr & Shifted => expr.kind === 'selector' || expr.kind === 'range' || expr.kind === 'subquery';
