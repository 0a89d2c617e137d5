import type { Labels, ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';
import { Histogram } from './histogram.ts';

/** A counter that one part of the model adds to. */
export class Counter {
  value = 0;

  add(amount: number): void {
    this.value += amount;
  }
}

/** Counters of one metric that differ in one label. */
export class CounterFamily {
  readonly #make: (value: string) => Counter;
  readonly #known = new Map<string, Counter>();

  constructor(make: (value: string) => Counter) {
    this.#make = make;
  }

  of(value: string): Counter {
    let counter = this.#known.get(value);
    if (!counter) this.#known.set(value, (counter = this.#make(value)));
    return counter;
  }
}

/** Writes one instrument's series into a scrape. */
type Writer = (target: ScrapeTarget) => void;

/** The instruments of one process. A restarted process gets a new registry, so its counters start at zero. */
export class Registry {
  readonly #refs: SeriesRefs;
  readonly #writers = new Map<string, Writer>();
  readonly #known = new Map<string, Counter | Histogram>();
  readonly #boxes = new Map<string, { value: number }>();
  readonly #counters: Counter[] = [];
  readonly #histograms: Histogram[] = [];

  constructor(refs: SeriesRefs) {
    this.#refs = refs;
  }

  /** A counter with these labels, made on first use; like the real programs, some exist only after their first event. */
  counter(name: string, labels: Labels = {}): Counter {
    const key = seriesKey(name, labels);
    const known = this.#known.get(key);
    if (known instanceof Counter) return known;
    const counter = new Counter();
    this.#known.set(key, counter);
    this.#counters.push(counter);
    const ref = this.#refs.of(name, labels);
    this.#writers.set(key, (target) => target.set(ref, Math.floor(counter.value)));
    return counter;
  }

  /** A value that is read when it is scraped; `undefined` means that the series does not exist now. */
  gauge(name: string, labels: Labels, read: () => number | undefined): void {
    const ref = this.#refs.of(name, labels);
    this.#writers.set(seriesKey(name, labels), (target) => {
      const value = read();
      if (value !== undefined) target.set(ref, value);
    });
  }

  /** A value that is set now and then, and stays until it is set again. */
  set(name: string, labels: Labels, value: number): void {
    const key = seriesKey(name, labels);
    const box = this.#boxes.get(key);
    if (box) {
      box.value = value;
      return;
    }
    const made = { value };
    this.#boxes.set(key, made);
    this.gauge(name, labels, () => made.value);
  }

  /** A histogram with these labels, made on first use. */
  histogram(name: string, bounds: readonly number[], labels: Labels = {}): Histogram {
    const key = seriesKey(name, labels);
    const known = this.#known.get(key);
    if (known instanceof Histogram) return known;
    const histogram = new Histogram(bounds);
    this.#known.set(key, histogram);
    this.#histograms.push(histogram);
    this.#writers.set(key, this.#histogramWriter(histogram, name, labels));
    return histogram;
  }

  /** Forgets every series of these metrics, as a PD does that no longer leads. */
  forget(names: ReadonlySet<string>): void {
    for (const key of this.#writers.keys()) {
      if (!names.has(key.slice(0, key.indexOf('|')))) continue;
      this.#writers.delete(key);
      this.#known.delete(key);
      this.#boxes.delete(key);
    }
  }

  /** Everything that is exported now. */
  write(target: ScrapeTarget): void {
    for (const writer of this.#writers.values()) writer(target);
  }

  /** Multiplies all that was counted so far: a minute of warm-up becomes hours of life. */
  age(times: number): void {
    for (const counter of this.#counters) counter.value = Math.floor(counter.value * times);
    for (const histogram of this.#histograms) histogram.age(times);
  }

  #histogramWriter(histogram: Histogram, name: string, labels: Labels): Writer {
    const bucketRefs = [...histogram.bounds, Infinity].map((bound) => this.#refs.of(`${name}_bucket`, { ...labels, le: formatBound(bound) }));
    const sumRef = this.#refs.of(`${name}_sum`, labels);
    const countRef = this.#refs.of(`${name}_count`, labels);
    return (target) => {
      let count = 0;
      for (let i = 0; i < bucketRefs.length; i++) {
        count += histogram.buckets[i] as number;
        target.set(bucketRefs[i] as SeriesRef, count);
      }
      target.set(sumRef, histogram.sumMicros / 1e6);
      target.set(countRef, count);
    };
  }
}

/** The series of one target, registered once however often its process restarts. */
export class SeriesRefs {
  readonly #target: ScrapeTarget;
  readonly #refs = new Map<string, SeriesRef>();

  constructor(target: ScrapeTarget) {
    this.#target = target;
  }

  of(name: string, labels: Labels): SeriesRef {
    const key = seriesKey(name, labels);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    const ref = this.#target.series(name, labels);
    this.#refs.set(key, ref);
    return ref;
  }
}

/** A key for look-ups; labels count in the order in which the caller wrote them, which is the same at every call. */
function seriesKey(name: string, labels: Labels): string {
  let key = `${name}|`;
  for (const label in labels) key += `${label}=${labels[label]}|`;
  return key;
}

/**
 * A bucket bound in `le` as Prometheus 3 stores it, whatever the program printed: Go's shortest form, with an exponent
 * below 1e-4 and from 1e6 on, and `.0` after whole numbers.
 */
export function formatBound(bound: number): string {
  if (bound === Infinity) return '+Inf';
  if (bound !== 0 && (bound < 1e-4 || bound >= 1e6)) return bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
