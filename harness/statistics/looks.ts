import { decideGate, type GateDecision, type Pair } from './gate.ts';
import { allowedDrop, rulesOut } from './margin.ts';

/**
 * When the gate looks, as shares of all pairs, and what of alpha each look may spend: 0.05 in all, so looking twice cries wolf no
 * more often than looking once (Bonferroni). The first look is for collapses and spends little, as J. L. Haybittle (British Journal
 * of Radiology 44, 1971, 793-797) advised, so that the last one loses next to no power.
 */
export const looks: readonly { readonly share: number; readonly alpha: number }[] = [{ share: 0.5, alpha: 0.01 }, { share: 1, alpha: 0.04 }];

/** What one look says, and whether it is the last that is needed. */
export interface LookDecision {
  readonly look: number;
  readonly looks: number;
  readonly decision: GateDecision;
  readonly isFinal: boolean;
}

/** Looks at the pairs that there are: stops when it got worse, or when more than the margin is ruled out; otherwise the next look decides. */
export function decideLook(pairs: readonly Pair[], look: number): LookDecision {
  const decision = decideGate(pairs, looks[look - 1]?.alpha);
  const isFine = decision.state === 'steady' && rulesOut(pairs.filter((pair) => pair.before && !pair.now).length, pairs.length, allowedDrop);
  return { look, looks: looks.length, decision, isFinal: look >= looks.length || decision.state === 'regressed' || isFine };
}

/** Both looks at pairs that are given in the order in which they would be performed, within each group. */
export function decideInLooks(pairs: readonly Pair[]): LookDecision {
  const groups = [...Map.groupBy(pairs, (pair) => pair.group).values()];
  for (const [index, { share }] of looks.entries()) {
    const seen = groups.flatMap((group) => group.slice(0, Math.ceil(share * group.length)));
    const decided = decideLook(seen, index + 1);
    if (decided.isFinal) return decided;
  }
  return decideLook(pairs, looks.length);
}
