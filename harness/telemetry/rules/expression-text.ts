import { promDuration } from '../api-format.ts';
import { nameLabel } from '../labels.ts';
import type { Matcher } from '../matchers.ts';
import type { AggregateNode, BinaryNode, DurationExpr, Expr, Shifted } from '../promql/ast.ts';
import { parsePromql } from '../promql/parse.ts';
import { formatG } from './template/decimal.ts';
import { goQuote } from './template/go-format.ts';

/** An expression in the form in which Prometheus' API shows rules: one line, single spaces, matchers in order. */
export function expressionText(source: string): string {
  const expr = parsePromql(source);
  return isPlain(expr) ? textOf(expr) : source.trim();
}

function textOf(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return formatG(expr.value);
    case 'string':
      return goQuote(expr.value);
    case 'paren':
      return `(${textOf(expr.expr)})`;
    case 'unary':
      return expr.op + textOf(expr.expr);
    case 'call':
      return `${expr.func}(${expr.args.map(textOf).join(', ')})`;
    case 'selector':
      return selectorText(expr.matchers) + shiftText(expr);
    case 'range':
      return `${selectorText(expr.matchers)}[${spanText(expr.range)}]${shiftText(expr)}`;
    case 'subquery':
      return `${textOf(expr.expr)}[${spanText(expr.range)}:${expr.step === undefined ? '' : spanText(expr.step)}]${shiftText(expr)}`;
    case 'aggregate':
      return aggregateText(expr);
    case 'binary':
      return binaryText(expr);
  }
}

function selectorText(matchers: readonly Matcher[]): string {
  const name = matchers.find(({ label, op }) => label === nameLabel && op === '=');
  const inBraces = matchers.filter((matcher) => matcher !== name).map(({ label, op, value }) => `${labelText(label)}${op}${goQuote(value)}`).sort();
  const isBare = name !== undefined && /^[a-zA-Z_:][\w:]*$/.test(name.value);
  const all = name !== undefined && !isBare ? [goQuote(name.value), ...inBraces] : inBraces;
  return `${isBare ? name.value : ''}${all.length > 0 ? `{${all.join(',')}}` : ''}`;
}

const labelText = (label: string): string => (/^[a-zA-Z_]\w*$/.test(label) ? label : goQuote(label));
const labelsText = (labels: readonly string[]): string => `(${labels.map(labelText).join(', ')})`;

function shiftText({ at, offset }: Shifted): string {
  const atText = at === undefined ? '' : ` @ ${typeof at === 'number' ? (at / 1_000).toFixed(3) : `${at}()`}`;
  return `${atText}${offset === undefined || offset === 0 ? '' : ` offset ${spanText(offset)}`}`;
}

function aggregateText({ op, param, expr, without, grouping }: AggregateNode): string {
  const inside = param === undefined ? textOf(expr) : `${textOf(param)}, ${textOf(expr)}`;
  if (!without && grouping.length === 0) return `${op}(${inside})`;
  return `${op} ${without ? 'without' : 'by'} ${labelsText(grouping)} (${inside})`;
}

function binaryText({ op, bool, left, right, matching }: BinaryNode): string {
  const { on, labels, card, include } = matching;
  const match = labels.length > 0 || on ? ` ${on ? 'on' : 'ignoring'} ${labelsText(labels)}` : '';
  const group = card === 'many-to-one' || card === 'one-to-many' ? ` ${card === 'many-to-one' ? 'group_left' : 'group_right'} ${labelsText(include)}` : '';
  return `${textOf(left)} ${op}${bool ? ' bool' : ''}${match}${group} ${textOf(right)}`;
}

const spanText = (span: DurationExpr): string => promDuration(span as number);

/** Whether all its durations are known; one that depends on the query keeps the words of its author. */
function isPlain(expr: Expr): boolean {
  const durations = [...('range' in expr ? [expr.range] : []), ...('offset' in expr && expr.offset !== undefined ? [expr.offset] : []), ...('step' in expr && expr.step !== undefined ? [expr.step] : [])];
  return durations.every((each) => typeof each === 'number') && childrenOf(expr).every(isPlain);
}

function childrenOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'binary') return [expr.left, expr.right];
  if (expr.kind === 'call') return expr.args;
  if (expr.kind === 'aggregate') return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
  return 'expr' in expr ? [expr.expr] : [];
}
