import { Gauge, type Instrument, type Page } from './instruments.ts';
import { labelsKey } from './series-refs.ts';
import type { Labels } from '../../../telemetry/contract.ts';

/**
 * Instruments that are put on a page together. What that costs is what changed since the last time: counters, histograms and set
 * values say so themselves, and only gauges are looked at.
 */
export class Channel {
  readonly #families = new Map<string, Map<string, Instrument>>();
  readonly #gauges = new Set<Gauge>();
  /** What changed since it was written; instruments put themselves here. */
  readonly changed: Instrument[] = [];
  /** What is to be taken off the page. */
  #gone: Instrument[] = [];

  /** The instrument with this name and these labels, made on first use or where one of another kind was before. */
  of<T extends Instrument>(name: string, labels: Labels, kind: abstract new (...args: never[]) => T, make: (key: string) => T): T {
    const family = this.#family(name);
    const key = labelsKey(labels);
    const known = family.get(key);
    if (known instanceof kind) return known;
    return this.#put({ family, key }, make(key));
  }

  /** Puts a gauge in the place of whatever has this name and these labels. */
  gauge(name: string, labels: Labels, make: (key: string) => Gauge): void {
    const key = labelsKey(labels);
    this.#gauges.add(this.#put({ family: this.#family(name), key }, make(key)));
  }

  has(name: string, labels: Labels): boolean {
    return this.#families.get(name)?.has(labelsKey(labels)) ?? false;
  }

  /** Takes every instrument of these metrics off the page. */
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
    const changed = this.changed.splice(0);
    for (const instrument of changed) if (!gone.has(instrument)) this.changed.push(instrument);
  }

  /** Writes all instruments. */
  write(page: Page): void {
    for (const family of this.#families.values()) for (const instrument of family.values()) instrument.write(page);
    this.changed.length = 0;
    this.#gone = [];
  }

  /** Writes what changed since the last time. */
  writeChanges(page: Page): void {
    for (const instrument of this.#gone) instrument.drop(page);
    if (this.#gone.length > 0) this.#gone = [];
    for (const instrument of this.changed) instrument.writeChanges(page);
    this.changed.length = 0;
    for (const gauge of this.#gauges) gauge.writeChanges(page);
  }

  /** Multiplies all that was counted so far. */
  age(times: number): void {
    for (const family of this.#families.values()) for (const instrument of family.values()) instrument.age?.(times);
  }

  #put<T extends Instrument>({ family, key }: { readonly family: Map<string, Instrument>; readonly key: string }, made: T): T {
    const before = family.get(key);
    if (before) this.#takeOff(before);
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
