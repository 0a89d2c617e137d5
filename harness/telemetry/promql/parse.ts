import type { Expr } from './ast.ts';
import { checkTypes } from './check.ts';
import { PromqlSyntaxError } from './errors.ts';
import { parseSyntax } from './syntax.ts';

const remembered = new Map<string, Expr>();
const rememberedLimit = 2_000;
const maxQueryLength = 100_000;

/** Parses and type-checks a PromQL query; throws a {@link PromqlSyntaxError} in Prometheus' words. Queries repeat, so trees are kept. */
export function parsePromql(text: string): Expr {
  const known = remembered.get(text);
  if (known) return known;
  if (text.length > maxQueryLength) throw new PromqlSyntaxError(`parse error: query longer than ${maxQueryLength} characters`);
  const expr = parseChecked(text);
  if (remembered.size >= rememberedLimit) remembered.clear();
  remembered.set(text, expr);
  return expr;
}

function parseChecked(text: string): Expr {
  try {
    const expr = parseSyntax(text);
    checkTypes(expr, text);
    return expr;
  } catch (error) {
    // The stack ran out: the only RangeError that reading a query can meet.
    throw error instanceof RangeError ? new PromqlSyntaxError('parse error: expression nested too deeply') : error;
  }
}
