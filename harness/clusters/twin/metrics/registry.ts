import type { Labels, ScrapeTarget } from '../../../telemetry/contract.ts';
import type { Histogram } from './histogram.ts';
import { HistogramSeries } from './histogram-series.ts';
import { Counter, Gauge, type Instrument, Value } from './instruments.ts';
import { labelsKey, type SeriesRefs } from './series-refs.ts';

/** Instruments of one metric that differ in one label: each is looked up by all its labels once, and then by that one's value. */
export class Family<T extends Counter | Value | Histogram> {
  readonly #make: (value: string) => T;
  readonly #known = new Map<string, T>();

  constructor(make: (value: string) => T) {
    this.#make = make;
  }

  of(value: string): T {
    let known = this.#known.get(value);
    if (!known) this.#known.set(value, (known = this.#make(value)));
    return known;
  }
}

/** Counters of one metric that differ in one label. */
export class CounterFamily extends Family<Counter> {}

/**
 * The instruments of one process. A restarted process gets a new registry, so its counters start at zero. What a scrape costs is what
 * changed since the one before: counters, histograms and set values say so themselves, and only gauges are looked at.
 */
export class Registry {
  readonly #refs: SeriesRefs;
  readonly #families = new Map<string, Map<string, Instrument>>();
  readonly #gauges = new Set<Gauge>();
  /** What changed since it was written, and what is to be taken off the page. */
  readonly #changed: Instrument[] = [];
  #gone: Instrument[] = [];
  readonly #before: (() => void)[] = [];

  constructor(refs: SeriesRefs) {
    this.#refs = refs;
  }

  /** A counter with these labels, made on first use; like the real programs, some exist only after their first event. */
  counter(name: string, labels: Labels = {}): Counter {
    return this.#known(name, labels, Counter, (key) => new Counter(this.#refs.of(name, labels, key), this.#changed));
  }

  /** A value that is read when it is scraped; `undefined` means that the series does not exist now. What never changes is better {@link set}. */
  gauge(name: string, labels: Labels, read: () => number | undefined): void {
    const key = labelsKey(labels);
    const family = this.#family(name);
    const before = family.get(key);
    if (before) this.#takeOff(before);
    const gauge = new Gauge(this.#refs.of(name, labels, key), read);
    family.set(key, gauge);
    this.#gauges.add(gauge);
  }

  /** A value that is set now and then, and stays until it is set again; whoever sets it often keeps it. */
  value(name: string, labels: Labels): Value {
    return this.#known(name, labels, Value, (key) => new Value(this.#refs.of(name, labels, key), this.#changed));
  }

  /** Sets a {@link value}. */
  set(name: string, labels: Labels, value: number): void {
    this.value(name, labels).set(value);
  }

  /** A histogram with these labels, made on first use. */
  histogram(name: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    return this.#known(name, labels, HistogramSeries, (key) => new HistogramSeries(bounds, this.#refs.histogram(name, { bounds, labels, key }), this.#changed)).histogram;
  }

  /** Whether the series is exported already. */
  has(name: string, labels: Labels): boolean {
    return this.#families.get(name)?.has(labelsKey(labels)) ?? false;
  }

  /** Work that is put off until somebody is about to read. */
  beforeWrite(act: () => void): void {
    this.#before.push(act);
  }

  /** Forgets every series of these metrics, as a PD does that no longer leads. Whoever holds one of these instruments has to ask for it anew. */
  forget(names: ReadonlySet<string>): void {
    const gone = new Set<Instrument>();
    for (const name of names) {
      for (const instrument of this.#families.get(name)?.values() ?? []) {
        gone.add(instrument);
        this.#takeOff(instrument);
      }
      this.#families.delete(name);
    }
    if (gone.size === 0) return;
    const changed = this.#changed.splice(0);
    for (const instrument of changed) if (!gone.has(instrument)) this.#changed.push(instrument);
  }

  /** Writes everything that is exported now. */
  write(target: ScrapeTarget): void {
    for (const act of this.#before) act();
    for (const family of this.#families.values()) for (const instrument of family.values()) instrument.write(target);
    this.#changed.length = 0;
    this.#gone = [];
  }

  /** Writes everything that is exported now into the scrape that follows the one that was written last. */
  writeChanges(target: ScrapeTarget): void {
    for (const act of this.#before) act();
    target.carry();
    for (const instrument of this.#gone) instrument.drop(target);
    if (this.#gone.length > 0) this.#gone = [];
    for (const instrument of this.#changed) instrument.writeChanges(target);
    this.#changed.length = 0;
    for (const gauge of this.#gauges) gauge.writeChanges(target);
  }

  /** Multiplies all that was counted so far: a minute of warm-up becomes hours of life. */
  age(times: number): void {
    for (const family of this.#families.values()) for (const instrument of family.values()) instrument.age?.(times);
  }

  #known<T extends Instrument>(name: string, labels: Labels, kind: abstract new (...args: never[]) => T, make: (key: string) => T): T {
    const family = this.#family(name);
    const key = labelsKey(labels);
    const known = family.get(key);
    if (known instanceof kind) return known;
    if (known) this.#takeOff(known);
    const made = make(key);
    family.set(key, made);
    return made;
  }

  #takeOff(instrument: Instrument): void {
    this.#gone.push(instrument);
    if (instrument instanceof Gauge) this.#gauges.delete(instrument);
  }

  #family(name: string): Map<string, Instrument> {
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = new Map()));
    return family;
  }
}
