import { LabelSet, nameLabel } from '../labels.ts';
import type { Expr } from './ast.ts';

/** The labels that `absent` can tell of a missing series: those matched by `=` once, and by nothing else. */
export function matcherLabels(expr: Expr): LabelSet {
  if (expr.kind !== 'selector' && expr.kind !== 'range') return LabelSet.empty;
  const labels: Record<string, string> = {};
  const ambiguous = new Set<string>();
  for (const { label, op, value } of expr.matchers) {
    if (label === nameLabel) continue;
    if (op === '=' && !(label in labels)) labels[label] = value;
    else ambiguous.add(label);
  }
  return LabelSet.from(labels).filter((name) => !ambiguous.has(name));
}
