import type { Millis } from '../../../src/kernel/clock.ts';
import type { MetricStore } from '../store.ts';
import { GroupRunner, type GroupStatus } from './group-runner.ts';
import type { RuleGroup } from './rule.ts';

/** How rules are run. */
export interface RuleEngineOptions {
  readonly groups: readonly RuleGroup[];
  /** No evaluation is before this. */
  readonly fromMs: Millis;
  /** When in its interval a group is evaluated; default 0: at whole multiples of the interval since the epoch. */
  readonly phaseMs?: (group: RuleGroup) => Millis;
  readonly externalLabels?: Readonly<Record<string, string>>;
  readonly externalUrl?: string;
}

/**
 * Evaluates rule groups over a store and writes what they say back into it. It keeps no time of its own: whoever looks
 * lets it catch up first, so a finished recording, a virtual clock and a real one are all the same to it.
 */
export class RuleEngine {
  readonly #runners: readonly GroupRunner[];

  constructor(store: MetricStore, { groups, fromMs, phaseMs = () => 0, externalLabels = {}, externalUrl = '' }: RuleEngineOptions) {
    this.#runners = groups.map((group) => new GroupRunner(group, { store, firstMs: onGrid(fromMs, group.intervalMs, phaseMs(group)), externalLabels, externalUrl }));
  }

  /** Makes every evaluation that is due up to and including now, in order of time, each on the data of its own instant. */
  catchUp(nowMs: Millis): void {
    for (let next = this.#nextDue(); next && next.dueMs <= nowMs; next = this.#nextDue()) next.evaluate();
  }

  /** The groups as they are. */
  status(): readonly GroupStatus[] {
    return this.#runners.map((runner) => runner.status());
  }

  #nextDue(): GroupRunner | undefined {
    return this.#runners.reduce<GroupRunner | undefined>((first, runner) => (first === undefined || runner.dueMs < first.dueMs ? runner : first), undefined);
  }
}

/** The first instant of the grid that is not before `fromMs`. */
const onGrid = (fromMs: Millis, intervalMs: Millis, phaseMs: Millis): Millis => Math.ceil((fromMs - phaseMs) / intervalMs) * intervalMs + phaseMs;
