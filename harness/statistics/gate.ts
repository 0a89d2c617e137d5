import { holm } from './holm.ts';
import { mcnemar, pairsNeeded } from './mcnemar.ts';

/** One scenario and seed, judged before and now. */
export interface Pair {
  /** Pairs of one group are tested together: a scenario, or all recordings. */
  readonly group: string;
  readonly before: boolean;
  readonly now: boolean;
}

/** What the pairs of one group say. */
export interface GroupVerdict {
  readonly group: string;
  readonly pairs: number;
  readonly passesBefore: number;
  readonly passesNow: number;
  /** Pairs that passed before and fail now, and the other way round. */
  readonly worse: number;
  readonly better: number;
  readonly p: number;
  /** After Holm over all groups of this gate; this is what is compared with alpha. */
  readonly adjustedP: number;
  /** `too-few`: it looks worse, and so few pairs could not prove it even if all had failed. */
  readonly state: 'regressed' | 'watch' | 'too-few' | 'steady';
  /** For `too-few`: so many more pairs and a full collapse would show. */
  readonly morePairs: number;
}

/** The decision over a suite. */
export interface GateDecision {
  readonly state: GroupVerdict['state'];
  readonly alpha: number;
  readonly groups: readonly GroupVerdict[];
  /** More pairs over all groups before anything could be proven; 0 when there are enough. */
  readonly morePairs: number;
}

/** The name of the group that holds every pair. */
export const everything = 'all scenarios';

/**
 * Decides whether pairs got worse: exact McNemar per group and over all of them, adjusted by Holm, so that one suite
 * cries wolf at most with probability alpha. Small drops that prove nothing are named `watch`, never hidden.
 */
export function decideGate(pairs: readonly Pair[], alpha = 0.05): GateDecision {
  const families = groupsOf(pairs);
  const tests = families.map(([group, members]) => ({ group, counts: countsOf(members) }));
  const adjusted = holm(tests.map(({ counts }) => mcnemar(counts.worse, counts.better).worseP));
  const needed = pairsNeeded(alpha / Math.max(1, tests.length));
  const groups = tests.map(({ group, counts }, index): GroupVerdict => {
    const adjustedP = adjusted[index] ?? 1;
    const state = stateOf(counts, { isRegressed: adjustedP <= alpha, needed });
    return { group, ...counts, p: mcnemar(counts.worse, counts.better).worseP, adjustedP, state, morePairs: state === 'too-few' ? needed - counts.pairs : 0 };
  });
  const morePairs = Math.max(0, needed - pairs.length);
  return { state: overall(groups, morePairs), alpha, groups, morePairs };
}

function groupsOf(pairs: readonly Pair[]): [string, readonly Pair[]][] {
  const byGroup = Map.groupBy(pairs, (pair) => pair.group);
  return byGroup.size > 1 ? [...byGroup, [everything, pairs]] : [...byGroup];
}

function countsOf(pairs: readonly Pair[]): Pick<GroupVerdict, 'pairs' | 'passesBefore' | 'passesNow' | 'worse' | 'better'> {
  const count = (matches: (pair: Pair) => boolean) => pairs.filter(matches).length;
  return {
    pairs: pairs.length,
    passesBefore: count((pair) => pair.before),
    passesNow: count((pair) => pair.now),
    worse: count((pair) => pair.before && !pair.now),
    better: count((pair) => !pair.before && pair.now),
  };
}

function stateOf(counts: ReturnType<typeof countsOf>, { isRegressed, needed }: { isRegressed: boolean; needed: number }): GroupVerdict['state'] {
  if (isRegressed) return 'regressed';
  if (counts.worse <= counts.better) return 'steady';
  return counts.pairs < needed ? 'too-few' : 'watch';
}

function overall(groups: readonly GroupVerdict[], morePairs: number): GateDecision['state'] {
  const has = (state: GroupVerdict['state']) => groups.some((group) => group.state === state);
  if (has('regressed')) return 'regressed';
  if (morePairs > 0 || has('too-few')) return 'too-few';
  return has('watch') ? 'watch' : 'steady';
}
