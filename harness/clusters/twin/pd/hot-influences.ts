import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Loads } from './hot-balance.ts';
import type { FlowKind } from './hot-spots.ts';
import type { Operator } from './operator.ts';

/** `max-zombie-rounds` heartbeats: so long a move that is done has not shown in what stores report. */
const zombieMs: Millis = 30_000;

/** What one order will take from a store and give to another. */
export interface HotInfluence {
  readonly operator: Operator;
  readonly kind: FlowKind;
  readonly from: number;
  readonly to: number;
  readonly rates: Loads;
}

/** What was ordered and cannot be seen yet: without it PD would order the same again and again. */
export class HotInfluences {
  #all: HotInfluence[] = [];

  add(influence: HotInfluence): void {
    this.#all.push(influence);
  }

  /** Forgets what has shown by now, and what came to nothing. */
  tidy(nowMs: Millis): void {
    if (this.#all.length > 0) this.#all = this.#all.filter(({ operator: { outcome } }) => outcome === undefined || (outcome.ending === 'finish' && nowMs - outcome.atMs < zombieMs));
  }

  /** How much a store's load of this kind will change. */
  on(storeId: number, kind: FlowKind): Loads {
    const change: [number, number] = [0, 0];
    for (const { kind: own, from, to, rates } of this.#all) if (own === kind) for (const dim of [0, 1] as const) {
      change[dim] += (to === storeId ? rates[dim] : 0) - (from === storeId ? rates[dim] : 0);
    }
    return change;
  }
}
