import type { Millis } from '../../../src/kernel/clock.ts';
import type { Matcher } from '../matchers.ts';

/** Where a node stands in the query text, for annotations. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A length of time that may depend on the query: `5m + step()`; a plain number is milliseconds. */
export type DurationExpr =
  | Millis
  | { readonly kind: 'step' | 'range' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'negate'; readonly operand: DurationExpr }
  | { readonly kind: 'arithmetic'; readonly op: string; readonly left: DurationExpr; readonly right: DurationExpr };

/** `@ 1600000000`, `@ start()` or `@ end()`. */
export type AtModifier = Millis | 'start' | 'end';

/** What offset and @ add to a selector or a subquery. */
export interface Shifted extends Place {
  readonly offset?: DurationExpr;
  readonly at?: AtModifier;
}

/** A number literal, sign included. */
export interface NumberNode extends Place {
  readonly kind: 'number';
  readonly value: number;
}

/** A string literal. */
export interface StringNode extends Place {
  readonly kind: 'string';
  readonly value: string;
}

/** An instant selector: `up{job="tikv"}`. */
export interface SelectorNode extends Shifted {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
}

/** A range selector: `x_total[5m]`. */
export interface RangeNode extends Shifted {
  readonly kind: 'range';
  readonly matchers: readonly Matcher[];
  readonly range: DurationExpr;
}

/** An expression evaluated over a range: `rate(x_total[5m])[1h:1m]`. */
export interface SubqueryNode extends Shifted {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: DurationExpr;
  readonly step?: DurationExpr;
}

/** An expression in parentheses. */
export interface ParenNode extends Place {
  readonly kind: 'paren';
  readonly expr: Expr;
}

/** A sign before anything but a number. */
export interface UnaryNode extends Place {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
}

/** How series of both sides find each other. */
export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** Labels that group_left or group_right copies from the "one" side. */
  readonly include: readonly string[];
}

/** Two operands and an operator. */
export interface BinaryNode extends Place {
  readonly kind: 'binary';
  readonly op: string;
  readonly bool: boolean;
  readonly left: Expr;
  readonly right: Expr;
  readonly matching: Matching;
}

/** A function call. */
export interface CallNode extends Place {
  readonly kind: 'call';
  readonly func: string;
  readonly args: readonly Expr[];
}

/** An aggregation with its grouping. */
export interface AggregateNode extends Place {
  readonly kind: 'aggregate';
  readonly op: string;
  readonly param?: Expr;
  readonly expr: Expr;
  readonly without: boolean;
  readonly grouping: readonly string[];
}

/** A parsed PromQL expression. */
export type Expr = NumberNode | StringNode | SelectorNode | RangeNode | SubqueryNode | ParenNode | UnaryNode | BinaryNode | CallNode | AggregateNode;

/** The four types of PromQL. */
export type ExprType = 'scalar' | 'string' | 'instant vector' | 'range vector';
