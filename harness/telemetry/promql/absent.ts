import { LabelSet, nameLabel } from '../labels.ts';
import type { Expr } from './ast.ts';

/** The labels that `absent` can tell of a missing series: those bound by `=`, unless another matcher follows. */
export function matcherLabels(expr: Expr): LabelSet {
  if (expr.kind !== 'selector' && expr.kind !== 'range') return LabelSet.empty;
  let labels = LabelSet.empty;
  const bound = new Set<string>();
  for (const { label, op, value } of expr.matchers) {
    if (label === nameLabel) continue;
    const certain = op === '=' && !bound.has(label);
    if (certain) bound.add(label);
    labels = labels.with(label, certain ? value : '');
  }
  return labels;
}
