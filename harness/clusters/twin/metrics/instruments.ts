import type { ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';

/** What stands behind one or more series of a page. */
export interface Instrument {
  /** Writes all of it into a scrape. */
  write(target: ScrapeTarget): void;
  /** Writes what is not as it was written last. */
  writeChanges(target: ScrapeTarget): void;
  /** Takes all of it off a page. */
  drop(target: ScrapeTarget): void;
  /** Multiplies what was counted so far. */
  age?(times: number): void;
}

/** A counter that one part of the model adds to, or a value that is set now and then. It says itself when it changed. */
export class Counter implements Instrument {
  readonly #ref: SeriesRef;
  readonly #changed: Instrument[];
  #value = 0;
  #written = NaN;
  #noted = true;

  constructor(ref: SeriesRef, changed: Instrument[]) {
    this.#ref = ref;
    this.#changed = changed;
    changed.push(this);
  }

  get value(): number {
    return this.#value;
  }

  add(amount: number): void {
    this.#value += amount;
    this.#note();
  }

  age(times: number): void {
    this.#value = Math.floor(this.#value * times);
    this.#note();
  }

  write(target: ScrapeTarget): void {
    this.#noted = false;
    target.set(this.#ref, (this.#written = Math.floor(this.#value)));
  }

  writeChanges(target: ScrapeTarget): void {
    this.#noted = false;
    if (Math.floor(this.#value) !== this.#written) this.write(target);
  }

  drop(target: ScrapeTarget): void {
    target.drop(this.#ref);
  }

  #note(): void {
    if (this.#noted) return;
    this.#noted = true;
    this.#changed.push(this);
  }
}

/** A value that is set now and then, and stays until it is set again. */
export class Value implements Instrument {
  readonly #ref: SeriesRef;
  readonly #changed: Instrument[];
  #value = NaN;
  #noted = true;

  constructor(ref: SeriesRef, changed: Instrument[]) {
    this.#ref = ref;
    this.#changed = changed;
    changed.push(this);
  }

  set(value: number): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    if (this.#noted) return;
    this.#noted = true;
    this.#changed.push(this);
  }

  write(target: ScrapeTarget): void {
    this.#noted = false;
    target.set(this.#ref, this.#value);
  }

  writeChanges(target: ScrapeTarget): void {
    this.write(target);
  }

  drop(target: ScrapeTarget): void {
    target.drop(this.#ref);
  }
}

/** A value that is read whenever somebody scrapes; `undefined` means that the series does not exist now. */
export class Gauge implements Instrument {
  readonly #ref: SeriesRef;
  readonly #read: () => number | undefined;
  #written: number | undefined;

  constructor(ref: SeriesRef, read: () => number | undefined) {
    this.#ref = ref;
    this.#read = read;
  }

  write(target: ScrapeTarget): void {
    const value = this.#read();
    if (value !== undefined) target.set(this.#ref, value);
    this.#written = value;
  }

  writeChanges(target: ScrapeTarget): void {
    const value = this.#read();
    if (Object.is(value, this.#written)) return;
    this.#written = value;
    if (value === undefined) target.drop(this.#ref);
    else target.set(this.#ref, value);
  }

  drop(target: ScrapeTarget): void {
    target.drop(this.#ref);
  }
}
