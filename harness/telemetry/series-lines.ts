import { rememberedByObject } from '../../src/kernel/remembered.ts';
import { longestValue, type JsonBytes } from './json-bytes.ts';
import { nameLabel, type LabelSet } from './labels.ts';
import { Levels } from './levels.ts';
import type { SeriesGroup } from './series-groups.ts';

type Members = SeriesGroup['members'];

const quote = 34;
const key = {
  bound: Buffer.from('"le":'), target: Buffer.from('},"t":'), first: Buffer.from(',"i":'), last: Buffer.from(',"j":'), constant: Buffer.from(',"k":'),
  values: Buffer.from(',"v":'), decimals: Buffer.from(',"e":'), differences: Buffer.from(',"d":'), lengths: Buffer.from(',"r":'),
};
const [gap, comma, end] = [Buffer.from('null'), Buffer.from(','), Buffer.from('}\n')];
const brackets = { open: Buffer.from('['), close: Buffer.from(']') };

/** Writes the series of targets in `lab-metrics/2`. */
export class SeriesLines {
  readonly #to: JsonBytes;
  /** What the next line says, and what comes after it. */
  #levels = new Levels();
  #next = new Levels();
  #numbers = new Float64Array(512);

  constructor(to: JsonBytes) {
    this.#to = to;
  }

  /** A series of the target with index `t`, or a histogram: neighbouring buckets with the same samples share a line. */
  write({ named, members }: SeriesGroup, t: number): void {
    let from = 0;
    for (let at = 0; at < members.length; at++) {
      const { samples } = members[at] as Members[number];
      if (at > 0 && samples === members[at - 1]?.samples) continue;
      samples.levels(this.#next);
      if (at > 0 && this.#next.equals(this.#levels)) continue;
      if (at > 0) this.#line(named, members.slice(from, at), t);
      from = at;
      [this.#levels, this.#next] = [this.#next, this.#levels];
    }
    this.#line(named, from === 0 ? members : members.slice(from), t);
  }

  #line(named: LabelSet, members: Members, t: number): void {
    const to = this.#to;
    to.copyOf(beginning(named));
    this.#bounds(members, named.get(nameLabel) === '' ? named.size > 0 : named.size > 1);
    to.copyOf(key.target);
    to.count(t);
    to.copyOf(key.first);
    to.count(this.#levels.first);
    if (this.#levels.count === 1) this.#constant();
    else this.#changing();
    to.copyOf(end);
  }

  /** The bound, or the bounds of all buckets of the line. */
  #bounds(members: Members, comesAfterOthers: boolean): void {
    const [to, only] = [this.#to, members.length === 1 ? members[0] : undefined];
    if (only?.le === '') return;
    if (comesAfterOthers) to.copyOf(comma);
    to.copyOf(key.bound);
    if (only) return to.string(only.le);
    for (const [at, { le }] of members.entries()) {
      to.copyOf(at === 0 ? brackets.open : comma);
      to.string(le);
    }
    to.copyOf(brackets.close);
  }

  #constant(): void {
    const [to, levels] = [this.#to, this.#levels];
    to.copyOf(key.last);
    to.count(levels.first + levels.scrapes - 1);
    to.copyOf(key.constant);
    this.#value(0);
  }

  #changing(): void {
    const [to, levels] = [this.#to, this.#levels];
    const decimals = levels.decimals();
    if (decimals > 0) {
      to.copyOf(key.decimals);
      to.count(decimals);
    }
    // Two numbers for each level, or one for each scrape.
    const repeats = 2 * levels.count <= levels.scrapes;
    if (decimals >= 0) this.#differences(repeats);
    else this.#values(repeats);
    if (!repeats) return;
    const lengths = this.#room(levels.count);
    for (let i = 0; i < levels.count; i++) lengths[i] = levels.lengthOf(i);
    to.copyOf(key.lengths);
    to.wholes(lengths.subarray(0, levels.count));
  }

  /** By how much each value is larger than the one before. */
  #differences(repeats: boolean): void {
    const levels = this.#levels;
    const count = repeats ? levels.count : levels.scrapes;
    const differences = this.#room(count);
    let [at, before] = [0, 0];
    for (let i = 0; i < levels.count; i++) {
      const whole = levels.isGap(i) ? NaN : levels.wholeOf(i);
      differences[at++] = whole - before;
      // What stands for longer is no larger than before, or still missing.
      for (const end = repeats ? at : at + levels.lengthOf(i) - 1; at < end; at++) differences[at] = whole - whole;
      if (!levels.isGap(i)) before = whole;
    }
    this.#to.copyOf(key.differences);
    this.#to.wholes(differences.subarray(0, count));
  }

  #values(repeats: boolean): void {
    const [to, levels] = [this.#to, this.#levels];
    to.copyOf(key.values);
    to.copyOf(brackets.open);
    for (let i = 0; i < levels.count; i++) {
      for (let scrape = 0; scrape < (repeats ? 1 : levels.lengthOf(i)); scrape++) {
        if (i + scrape > 0) to.copyOf(comma);
        if (levels.isGap(i)) to.copyOf(gap);
        else this.#value(i);
      }
    }
    to.copyOf(brackets.close);
  }

  #room(count: number): Float64Array {
    if (count > this.#numbers.length) this.#numbers = new Float64Array(2 * count);
    return this.#numbers;
  }

  /** As `toJsonSample`: what JSON has no number for stands in quotes. */
  #value(level: number): void {
    const [to, value] = [this.#to, this.#levels.valueOf(level)];
    const quoted = value - value !== 0 || Object.is(value, -0);
    to.reserve(longestValue);
    if (quoted) to.byte(quote);
    to.value(value);
    if (quoted) to.byte(quote);
  }
}

/** How the lines of a series or histogram begin: with the labels that its target does not add, and room for the bound. */
const beginning = rememberedByObject((named: LabelSet) => {
  const labels = JSON.stringify(named.filter((name) => name !== nameLabel).toObject());
  return Buffer.from(`{"n":${JSON.stringify(named.get(nameLabel))},"l":${labels.slice(0, -1)}`);
});
