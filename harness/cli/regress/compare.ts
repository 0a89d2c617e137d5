import { decideGate, everything, type GateDecision, type GroupVerdict } from '../../statistics/gate.ts';
import type { Baseline, BaselineTrial } from './baseline.ts';

/** One scenario and seed, then and now. */
export interface Paired {
  readonly before: BaselineTrial;
  readonly now: BaselineTrial;
  /** True or false where both telemetry digests are known. */
  readonly sameTelemetry: boolean | null;
}

/** A present suite against its baseline. */
export interface Comparison {
  readonly decision: GateDecision;
  readonly paired: readonly Paired[];
  /** Broke a rule that no statistics can excuse, and the baseline did not. */
  readonly violations: readonly Paired[];
  /** Trials of the present suite that the baseline does not know, and pairs of which a side was not judged. */
  readonly unpaired: number;
  /** Trials of the baseline that were not performed again: a narrower choice, or a scenario that is gone. */
  readonly unrepeated: number;
  readonly notJudged: readonly Paired[];
  readonly exitCode: number;
}

/** One such answer is enough to stop a release: it was made up, could not be read, or would have done harm. */
const hardRules = new Set(['fabricated evidence', 'agent spoke garbage', 'right cause, wrong action']);

/** Pairs trials on scenario and seed, applies the hard rules, then the statistics; the exit code follows from the same decision that is printed. */
export function compare(baseline: Baseline, present: readonly BaselineTrial[], alpha = 0.05): Comparison {
  const known = new Map(baseline.trials.map((trial) => [keyOf(trial), trial]));
  const all = present.flatMap((now): Paired[] => {
    const before = known.get(keyOf(now));
    return before === undefined ? [] : [{ before, now, sameTelemetry: before.telemetry === null || now.telemetry === null ? null : before.telemetry === now.telemetry }];
  });
  const paired = all.filter(({ before, now }) => isJudged(before) && isJudged(now));
  const notJudged = all.filter((pair) => !paired.includes(pair));
  const decision = decideGate(paired.map(({ before, now }) => ({ group: groupOf(now), before: passes(before), now: passes(now) })), alpha);
  const violations = paired.filter(({ before, now }) => hardRules.has(now.failureClass ?? '') && now.failureClass !== before.failureClass);
  const exitCode = exitCodeOf(decision, { violated: violations.length > 0, broken: notJudged.some(({ now }) => now.state === 'infra-error') });
  return { decision, paired, violations, notJudged, unpaired: present.length - all.length, unrepeated: baseline.trials.length - all.length, exitCode };
}

/** Recordings are one incident each, so they are tested together. */
export function groupOf(trial: Pick<BaselineTrial, 'scenario' | 'cluster'>): string {
  return trial.cluster === 'recorded' ? 'recordings' : trial.scenario;
}

/** The pairs behind a group's verdict that passed before and fail now. */
export function lostIn(group: GroupVerdict, paired: readonly Paired[]): Paired[] {
  return paired.filter(({ before, now }) => (group.group === everything || groupOf(now) === group.group) && passes(before) && !passes(now));
}

function exitCodeOf(decision: GateDecision, { violated, broken }: { violated: boolean; broken: boolean }): number {
  if (decision.state === 'regressed' || violated) return 1;
  if (broken) return 4;
  return decision.state === 'too-few' ? 3 : 0;
}

const keyOf = (trial: Pick<BaselineTrial, 'scenario' | 'seed'>): string => `${trial.scenario}#${trial.seed}`;
const isJudged = (trial: BaselineTrial): boolean => trial.state === 'scored' || trial.state === 'agent-error';
const passes = (trial: BaselineTrial): boolean => trial.verdict === 'PASS';
