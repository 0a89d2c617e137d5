import type { Expr } from './ast.ts';
import type { SeriesVisitor } from './column-source.ts';
import type { Evaluation } from './evaluation.ts';
import { eachOfRangeCall, unwrap } from './range-call.ts';
import { rangeFunctions } from './range-functions.ts';
import { eachInstant } from './selectors.ts';
import type { Grid } from './value.ts';

/**
 * Looks at the series of an instant vector one after the other. A selector and a function over ranges give theirs one
 * by one, without holding all of them; anything else is evaluated first. What is visited is good only until the next.
 */
export function eachSeries(expr: Expr, grid: Grid, { evaluation, visit }: { readonly evaluation: Evaluation; readonly visit: SeriesVisitor }): void {
  const node = unwrap(expr);
  if (node.kind === 'selector') return eachInstant(node, grid, { evaluation, visit });
  const to = node.kind === 'call' ? rangeFunctions.get(node.func) : undefined;
  if (node.kind === 'call' && to) return eachOfRangeCall({ node, index: 0, to }, grid, { evaluation, visit });
  for (const series of evaluation.vector(node, grid)) visit(series.labels, series);
}
