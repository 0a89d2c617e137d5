import type { Labels, ScrapeTarget } from '../../../telemetry/contract.ts';
import { Channel } from './channel.ts';
import { isKept } from './facts.ts';
import { FlushedPage } from './flushed-page.ts';
import type { Histogram } from './histogram.ts';
import { HistogramSeries } from './histogram-series.ts';
import { Counter, Gauge, Value } from './instruments.ts';
import type { SeriesRefs } from './series-refs.ts';

/** Instruments of one metric that differ in one label: each is looked up by all its labels once, and then by that one's value, which may be a number. */
export class Family<T extends Counter | Value | Histogram, K extends string | number = string> {
  readonly #make: (value: string) => T;
  protected readonly known = new Map<K, T>();

  constructor(make: (value: string) => T) {
    this.#make = make;
  }

  of(value: K): T {
    let known = this.known.get(value);
    if (!known) this.known.set(value, (known = this.#make(String(value))));
    return known;
  }
}

/** Counters of one metric that differ in one label. */
export class CounterFamily<K extends string | number = string> extends Family<Counter, K> {
  /** All of them together. */
  sum(): number {
    let sum = 0;
    for (const counter of this.known.values()) sum += counter.value;
    return sum;
  }
}

/**
 * The instruments of one process. A restarted process gets a new registry, so its counters start at zero. Most families show what is
 * now; some programs keep others to themselves and bring them up to date every few seconds: those show what was then.
 */
export class Registry {
  readonly #refs: SeriesRefs;
  readonly #live = new Channel();
  readonly #kept = new Channel();
  readonly #flushed = new FlushedPage();
  readonly #before: (() => void)[] = [];

  constructor(refs: SeriesRefs) {
    this.#refs = refs;
  }

  /** A counter with these labels, made on first use; like the real programs, some exist only after their first event. */
  counter(name: string, labels: Labels = {}): Counter {
    const channel = this.#channelOf(name, labels);
    return channel.of(name, labels, Counter, (key) => new Counter(this.#refs.of(name, labels, key), channel.changed));
  }

  /** A value that is read when it is written; `undefined` means that the series does not exist now. What never changes is better {@link set}. */
  gauge(name: string, labels: Labels, read: () => number | undefined): void {
    this.#channelOf(name, labels).gauge(name, labels, (key) => new Gauge(this.#refs.of(name, labels, key), read));
  }

  /** A value that is set now and then, and stays until it is set again; whoever sets it often keeps it. */
  value(name: string, labels: Labels): Value {
    const channel = this.#channelOf(name, labels);
    return channel.of(name, labels, Value, (key) => new Value(this.#refs.of(name, labels, key), channel.changed));
  }

  /** Sets a {@link value}. */
  set(name: string, labels: Labels, value: number): void {
    this.value(name, labels).set(value);
  }

  /** A histogram with these labels, made on first use. */
  histogram(name: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    const channel = this.#channelOf(name, labels);
    return channel.of(name, labels, HistogramSeries, (key) => new HistogramSeries(bounds, this.#refs.histogram(name, { bounds, labels, key }), channel.changed)).histogram;
  }

  /** Whether the series is exported already. */
  has(name: string, labels: Labels): boolean {
    return this.#channelOf(name, labels).has(name, labels);
  }

  /** Work that is put off until somebody is about to read. */
  beforeWrite(act: () => void): void {
    this.#before.push(act);
  }

  /** Forgets every series of these metrics, as a PD does that no longer leads. Whoever holds one of these instruments has to ask for it anew. */
  forget(names: ReadonlySet<string>): void {
    this.#live.forget(names);
    this.#kept.forget(names);
  }

  /** The program brings up to date what it keeps to itself in between. */
  flush(): void {
    this.#prepare();
    this.#kept.writeChanges(this.#flushed);
  }

  /** Writes everything that is exported now. */
  write(target: ScrapeTarget): void {
    this.#prepare();
    this.#live.write(target);
    this.#flushed.write(target);
  }

  /** Writes everything that is exported now into the scrape that follows the one that was written last. */
  writeChanges(target: ScrapeTarget): void {
    this.#prepare();
    target.carry();
    this.#live.writeChanges(target);
    this.#flushed.writeChanges(target);
  }

  /** Multiplies all that was counted so far: a minute of warm-up becomes hours of life. */
  age(times: number): void {
    this.#live.age(times);
    this.#kept.age(times);
  }

  #prepare(): void {
    for (const act of this.#before) act();
  }

  #channelOf(name: string, labels: Labels): Channel {
    return isKept(name, labels) ? this.#kept : this.#live;
  }
}
