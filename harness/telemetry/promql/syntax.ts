import type { AggregateNode, Expr, Matching } from './ast.ts';
import { syntaxError, type PromqlSyntaxError } from './errors.ts';
import { parseNumber } from './literals.ts';
import { climb, isSetOperator, type Token } from './operators.ts';
import { postfixToken } from './postfix.ts';
import { selector, stringValue } from './selector-syntax.ts';
import { children, expressionNames, parseTree, type TreeNode } from './tree.ts';

/** What the functions below share: the text, with helpers that know it. */
export interface SyntaxContext {
  readonly textOf: (node: TreeNode) => string;
  /** What the user wrote there; the tree is made from a text that is put right here and there. */
  readonly writtenAt: (node: TreeNode) => string;
  readonly fail: (node: { readonly from: number }, because: string) => PromqlSyntaxError;
  readonly expression: (node: TreeNode) => Expr;
}

/** Parses a query without checking types. */
export function parseSyntax(text: string): Expr {
  const { source, root } = parseTree(text);
  const context: SyntaxContext = {
    textOf: (node) => source.slice(node.from, node.to),
    writtenAt: (node) => text.slice(node.from, node.to),
    fail: (node, because) => syntaxError(text, node.from, because),
    expression: (node) => {
      const tokens: Token[] = [];
      flatten(node, tokens, context);
      return climb(tokens);
    },
  };
  return context.expression(root);
}

/** Puts a run of operators back into the order of its text. */
function flatten(node: TreeNode, tokens: Token[], context: SyntaxContext): void {
  const parts = children(node);
  const operands = parts.filter(({ name }) => expressionNames.has(name));
  switch (node.name) {
    case 'BinaryExpr':
      flatten(operands[0] as TreeNode, tokens, context);
      tokens.push(binaryToken(node, parts, context));
      flatten(operands[1] as TreeNode, tokens, context);
      return;
    case 'UnaryExpr':
      tokens.push({ kind: 'unary', op: context.textOf(parts[0] as TreeNode) as '+' | '-', from: node.from });
      flatten(operands[0] as TreeNode, tokens, context);
      return;
    case 'NumberDurationLiteral':
      return numberTokens(node, tokens, context);
    case 'MatrixSelector':
    case 'SubqueryExpr':
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      flatten(operands[0] as TreeNode, tokens, context);
      tokens.push(postfixToken(node, context));
      return;
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      throw context.fail(node, `${node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed'} modifier is experimental and not enabled`);
    default:
      tokens.push({ kind: 'atom', expr: atom(node, context) });
  }
}

function numberTokens(node: TreeNode, tokens: Token[], context: SyntaxContext): void {
  const [, sign = '', body = ''] = /^([+-]?)\s*([^]*)$/.exec(context.writtenAt(node)) ?? [];
  const value = parseNumber(body.trim());
  if (value === undefined) throw context.fail(node, `bad number or duration syntax: ${JSON.stringify(body)}`);
  if (value === Infinity && !/^inf$/i.test(body.trim())) throw context.fail(node, `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(body.trim())}: value out of range`);
  if (sign) tokens.push({ kind: 'unary', op: sign as '+' | '-', from: node.from });
  tokens.push({ kind: 'atom', expr: { kind: 'number', value, from: node.from, to: node.to } });
}

function binaryToken(node: TreeNode, parts: readonly TreeNode[], context: SyntaxContext): Token {
  const operator = parts.find(({ name }) => !expressionNames.has(name) && !name.endsWith('Modifier') && name !== 'MatchingModifierClause') as TreeNode;
  const fill = node.getChild('FillModifier');
  if (fill) throw context.fail(fill, 'fill modifiers are experimental and not enabled');
  const op = context.textOf(operator).toLowerCase();
  if (op === '</' || op === '>/') throw context.fail(operator, `unexpected ${JSON.stringify(op)}`);
  return { kind: 'binary', op, bool: node.getChild('BoolModifier') !== null, matching: matchingOf(node, op, context), place: { from: node.from, to: node.to } };
}

function matchingOf(node: TreeNode, op: string, context: SyntaxContext): Matching {
  const card = isSetOperator(op) ? 'many-to-many' : 'one-to-one';
  const clause = node.getChild('MatchingModifierClause');
  if (!clause) return { on: false, labels: [], card, include: [] };
  const [labels, include] = clause.getChildren('GroupingLabels');
  const grouped = clause.getChild('GroupLeft') ? 'many-to-one' : clause.getChild('GroupRight') ? 'one-to-many' : undefined;
  return {
    on: clause.getChild('On') !== null,
    labels: labels ? labelNames(labels, context) : [],
    card: grouped ?? card,
    include: include ? labelNames(include, context) : [],
  };
}

function labelNames(group: TreeNode, context: SyntaxContext): string[] {
  return children(group).flatMap((node) => {
    if (node.name === 'LabelName') return [context.writtenAt(node)];
    return node.name === 'QuotedLabelName' ? [stringValue(node, context)] : [];
  });
}

function atom(node: TreeNode, context: SyntaxContext): Expr {
  const place = { from: node.from, to: node.to };
  switch (node.name) {
    case 'ParenExpr':
      return { kind: 'paren', expr: context.expression(children(node).find(({ name }) => expressionNames.has(name)) as TreeNode), ...place };
    case 'StringLiteral':
      return { kind: 'string', value: stringValue(node, context), ...place };
    case 'FunctionCall':
      return { kind: 'call', func: context.textOf(node.getChild('FunctionIdentifier') as TreeNode), args: args(node, context), ...place };
    case 'AggregateExpr':
      return aggregate(node, context);
    case 'VectorSelector':
      return selector(node, context);
    default:
      throw context.fail(node, `unexpected ${JSON.stringify(context.textOf(node))}`);
  }
}

function args(node: TreeNode, context: SyntaxContext): Expr[] {
  const body = node.getChild('FunctionCallBody');
  return body ? children(body).flatMap((child) => (expressionNames.has(child.name) ? [context.expression(child)] : [])) : [];
}

function aggregate(node: TreeNode, context: SyntaxContext): AggregateNode {
  const op = context.textOf(node.getChild('AggregateOp') as TreeNode).toLowerCase();
  const given = args(node, context);
  const expected = parameterized.has(op) ? 2 : 1;
  if (given.length === 0) throw context.fail(node, 'no arguments for aggregate expression provided');
  if (given.length !== expected) throw context.fail(node, `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${given.length}`);
  const modifier = node.getChild('AggregateModifier');
  const labels = modifier?.getChild('GroupingLabels');
  return {
    kind: 'aggregate',
    op,
    ...(expected === 2 ? { param: given[0] as Expr } : {}),
    expr: given[expected - 1] as Expr,
    without: modifier?.getChild('Without') != null,
    grouping: labels ? labelNames(labels, context) : [],
    from: node.from,
    to: node.to,
  };
}

const parameterized: ReadonlySet<string> = new Set(['topk', 'bottomk', 'quantile', 'count_values', 'limitk', 'limit_ratio']);
