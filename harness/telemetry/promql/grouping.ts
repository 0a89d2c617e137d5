import { rememberedByObject } from '../../../src/kernel/remembered.ts';
import { nameLabel, type LabelSet } from '../labels.ts';
import type { AggregateNode } from './ast.ts';

/** So many series of one aggregation are remembered at most. */
const rememberedSeries = 10_000;

/**
 * Which group a series is of, for one aggregation of a query. Groups are numbered in order of their first series. The same
 * series come again at every evaluation and in the same order, so what came at a place last time is tried before anything is looked up.
 */
export class Grouping {
  readonly #keep: (name: string) => boolean;
  /** The labels at each place, and the number of their group. */
  readonly #labels: LabelSet[] = [];
  readonly #numbers: number[] = [];
  readonly #groups: LabelSet[] = [];
  /** The numbers by key; only where the series are not those of last time. */
  #byKey: Map<string, number> | undefined;
  #place = 0;

  constructor({ grouping, without }: AggregateNode) {
    const listed = new Set(grouping);
    this.#keep = without ? (name) => name !== nameLabel && !listed.has(name) : (name) => listed.has(name);
  }

  /** Begins an evaluation. */
  begin(): void {
    this.#place = 0;
    this.#byKey = undefined;
  }

  /** The number of the next series' group. */
  next(labels: LabelSet): number {
    const place = this.#place++;
    if (this.#byKey === undefined && this.#labels[place] === labels) return this.#numbers[place] as number;
    return this.#lookedUp(labels, place);
  }

  /** What the series of a group have in common. */
  labelsOf(group: number): LabelSet {
    return this.#groups[group] as LabelSet;
  }

  #lookedUp(labels: LabelSet, place: number): number {
    this.#byKey ??= this.#forgetFrom(place);
    const group = labels.filter(this.#keep);
    let number = this.#byKey.get(group.key);
    if (number === undefined) this.#byKey.set(group.key, (number = this.#groups.push(group) - 1));
    if (place < rememberedSeries) {
      this.#labels.push(labels);
      this.#numbers.push(number);
    }
    return number;
  }

  /** Only what came before this place is still true. */
  #forgetFrom(place: number): Map<string, number> {
    this.#labels.length = Math.min(place, this.#labels.length);
    this.#numbers.length = this.#labels.length;
    this.#groups.length = this.#numbers.reduce((most, number) => Math.max(most, number + 1), 0);
    return new Map(this.#groups.map((group, number) => [group.key, number]));
  }
}

/** The grouping of an aggregation, the same one at every evaluation. */
export const groupingOf = rememberedByObject((node: AggregateNode) => new Grouping(node));
