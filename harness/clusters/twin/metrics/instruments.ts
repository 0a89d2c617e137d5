import type { ScrapeTarget, SeriesRef } from '../../../telemetry/contract.ts';

/** What instruments are written to: a scrape that is under way, or what is shown in the scrapes to come. */
export type Page = Pick<ScrapeTarget, 'set' | 'setRow' | 'drop'>;

/** What stands behind one or more series of a page. */
export interface Instrument {
  /** Writes all of it. */
  write(page: Page): void;
  /** Writes what is not as it was written last. */
  writeChanges(page: Page): void;
  /** Takes all of it off a page. */
  drop(page: Page): void;
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

  write(page: Page): void {
    this.#noted = false;
    page.set(this.#ref, (this.#written = Math.floor(this.#value)));
  }

  writeChanges(page: Page): void {
    this.#noted = false;
    if (Math.floor(this.#value) !== this.#written) this.write(page);
  }

  drop(page: Page): void {
    page.drop(this.#ref);
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

  write(page: Page): void {
    this.#noted = false;
    page.set(this.#ref, this.#value);
  }

  writeChanges(page: Page): void {
    this.write(page);
  }

  drop(page: Page): void {
    page.drop(this.#ref);
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

  write(page: Page): void {
    const value = this.#read();
    if (value !== undefined) page.set(this.#ref, value);
    this.#written = value;
  }

  writeChanges(page: Page): void {
    const value = this.#read();
    if (Object.is(value, this.#written)) return;
    this.#written = value;
    if (value === undefined) page.drop(this.#ref);
    else page.set(this.#ref, value);
  }

  drop(page: Page): void {
    page.drop(this.#ref);
  }
}
