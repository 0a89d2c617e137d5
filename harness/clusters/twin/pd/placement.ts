import type { Peer } from '../raft/region.ts';
import type { World } from '../world.ts';

/** A placement rule: so many replicas of every region on stores that carry these labels. */
export interface PlacementRule {
  readonly group_id: string;
  readonly id: string;
  readonly start_key: string;
  readonly end_key: string;
  readonly role: string;
  readonly is_witness: boolean;
  readonly count: number;
  readonly label_constraints?: readonly LabelConstraint[];
}

/** What a store's label must be. */
export interface LabelConstraint {
  readonly key: string;
  readonly op: 'in' | 'notIn' | 'exists' | 'notExists';
  readonly values?: readonly string[];
}

/** What one region has of what one rule asks for. */
export interface RuleFit {
  readonly rule: PlacementRule;
  readonly peers: readonly Peer[];
}

const isLearner = ({ role }: Peer): boolean => role === 'learner';
const nameOf = (rule: Pick<PlacementRule, 'group_id' | 'id'>): string => `${rule.group_id}/${rule.id}`;

/** PD's placement rules: the default one, which `max-replicas` counts, and what was added. */
export class Placement {
  readonly #world: World;
  readonly #added = new Map<string, PlacementRule>();
  /** All rules, those with most constraints first; undefined until they are asked for after a change. */
  #choosyFirst: { readonly replicas: number; readonly rules: readonly PlacementRule[] } | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** All rules, by their names. */
  get rules(): PlacementRule[] {
    const usual: PlacementRule = { group_id: 'pd', id: 'default', start_key: '', end_key: '', role: 'voter', is_witness: false, count: this.#world.pd.config.replicas };
    return [usual, ...this.#added.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  /** How many replicas a region should have. */
  get wanted(): number {
    let wanted = this.#world.pd.config.replicas;
    for (const { count } of this.#added.values()) wanted += count;
    return wanted;
  }

  /** Whether there is any rule besides the one that `max-replicas` counts. */
  get addsRules(): boolean {
    return this.#added.size > 0;
  }

  set(rule: PlacementRule): void {
    this.#added.set(nameOf(rule), rule);
    this.#choosyFirst = undefined;
  }

  /** Takes a rule away; false where there is none. */
  delete(groupId: string, id: string): boolean {
    this.#choosyFirst = undefined;
    return this.#added.delete(nameOf({ group_id: groupId, id }));
  }

  /** Shares a region's replicas out to the rules, the choosy ones first; `orphans` are those that no rule asks for. */
  fit(peers: readonly Peer[]): { readonly fits: readonly RuleFit[]; readonly orphans: readonly Peer[] } {
    // Whoever votes is kept before whoever only learns.
    let left = peers.some(isLearner) ? [...peers].sort((a, b) => Number(isLearner(a)) - Number(isLearner(b))) : peers;
    const fits = this.#rulesChoosyFirst().map((rule) => {
      const own = (rule.label_constraints ? left.filter(({ storeId }) => this.admits(rule, storeId)) : left).slice(0, rule.count);
      left = left.filter((peer) => !own.includes(peer));
      return { rule, peers: own };
    });
    return { fits, orphans: left };
  }

  #rulesChoosyFirst(): readonly PlacementRule[] {
    const { replicas } = this.#world.pd.config;
    if (this.#choosyFirst?.replicas !== replicas) this.#choosyFirst = { replicas, rules: this.rules.sort((a, b) => (b.label_constraints?.length ?? 0) - (a.label_constraints?.length ?? 0)) };
    return this.#choosyFirst.rules;
  }

  /** Whether a store carries the labels that a rule asks for. */
  admits(rule: PlacementRule, storeId: number): boolean {
    const labels = this.#world.pd.stores.get(storeId)?.labels ?? {};
    return (rule.label_constraints ?? []).every(({ key, op, values = [] }) => {
      const value = labels[key];
      if (op === 'exists' || op === 'notExists') return (value !== undefined) === (op === 'exists');
      return (value !== undefined && values.includes(value)) === (op === 'in');
    });
  }
}
