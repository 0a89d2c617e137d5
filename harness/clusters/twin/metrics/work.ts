import type { Labels } from '../../../telemetry/contract.ts';
import { boundsOf, metaOf } from './facts.ts';
import type { Histogram } from './histogram.ts';
import { type Shape, spreadOf } from './shape.ts';
import type { Registry } from './registry.ts';
import stillRows from './still.json' with { type: 'json' };
import workRows from './work.json' with { type: 'json' };

/** Which program's table. */
export type Job = keyof typeof workRows;

/** Where rows for a request of a transaction say so: after the others. */
const byTransaction = 5;

type WorkRow = readonly [name: string, labels: Labels, per: readonly number[], law?: readonly [median: number, sigma: number]];
type StillRow = readonly [name: string, labels: Labels, value: number];

/** For a metric whose law was measured on a quiet machine: what that looks like in this process now. */
export type Mould = (family: string, law: Shape) => () => Shape;

interface Derived {
  readonly per: readonly number[];
  readonly histogram: Histogram;
  readonly law: () => Shape;
  counted: number;
}

/**
 * What one program did, as a few sums (seconds, reads, puts, entries, turns of the log writer), and all the counters that follow
 * from them: so much of each for every one of those, as measured (`work.json`, made by `test/facts/work.ts`). The sums cost a few
 * additions a tick; the counters are worked out when somebody scrapes.
 */
export class Work {
  readonly #totals: Float64Array;
  readonly #derived: Derived[] = [];
  readonly #tallies: { counted: number }[] = [];

  constructor(registry: Registry, job: Job, { drivers, mould, transactions = false }: { readonly drivers: number; readonly mould: Mould; readonly transactions?: boolean }) {
    this.#totals = new Float64Array(drivers);
    for (const row of workRows[job] as unknown as readonly WorkRow[]) if (transactions || !isOfTransactions(row)) this.#add(registry, row, mould);
    for (const row of stillRows[job] as unknown as readonly StillRow[]) keepStill(registry, row);
    registry.beforeWrite(() => this.#observe());
  }

  /** Adds to one of the sums. */
  add(driver: number, amount: number): void {
    this.#totals[driver] = (this.#totals[driver] as number) + amount;
  }

  /** One of the sums. */
  total(driver: number): number {
    return this.#totals[driver] as number;
  }

  /** Tells how many of one of the sums came since it told that last, once they are so many; until then none. */
  tally(driver: number, least = 1): () => number {
    const tally = { counted: 0 };
    this.#tallies.push(tally);
    return () => {
      const due = Math.floor(this.total(driver) - tally.counted);
      if (due < least) return 0;
      tally.counted += due;
      return due;
    };
  }

  /** Makes what was counted in a minute stand for more. */
  age(times: number): void {
    for (let at = 0; at < this.#totals.length; at++) this.#totals[at] = (this.#totals[at] as number) * times;
    for (const each of [...this.#derived, ...this.#tallies]) each.counted *= times;
  }

  #add(registry: Registry, [name, labels, per, law]: WorkRow, mould: Mould): void {
    if (registry.has(name, labels)) return;
    // Seconds are counted in parts, everything else in whole numbers.
    const grain = name.endsWith('_sum') ? 1e6 : 1;
    if (!law) return registry.gauge(name, labels, () => Math.floor(this.#sum(per) * grain) / grain);
    const histogram = registry.histogram(name, boundsOf(name), labels);
    this.#derived.push({ per, histogram, law: mould(name, { fixedMs: 0, medianMs: law[0] * 1000, spread: spreadOf(law[1]) }), counted: 0 });
  }

  #sum(per: readonly number[]): number {
    let sum = 0;
    for (let at = 0; at < per.length; at++) sum += (per[at] as number) * (this.#totals[at] as number);
    return sum;
  }

  #observe(): void {
    for (const derived of this.#derived) {
      const due = Math.floor(this.#sum(derived.per) - derived.counted);
      if (due <= 0) continue;
      derived.counted += due;
      derived.histogram.observeShape(derived.law(), due);
    }
  }
}

/** Whether nothing but transactions moves this: its series are born with the first of them. */
const isOfTransactions = ([, , per]: WorkRow): boolean => per.length > byTransaction && per.findIndex((each) => each !== 0) === byTransaction;

/** What never moved in any recording, whatever was broken, stands still here too; a part of the model that counts it takes it over. */
function keepStill(registry: Registry, [name, labels, value]: StillRow): void {
  if (registry.has(name, labels)) return;
  const type = metaOf(name)?.type;
  if (type === 'histogram') registry.histogram(name, boundsOf(name), labels);
  else if (type === 'counter') registry.counter(name, labels).add(value);
  else registry.set(name, labels, value);
}
