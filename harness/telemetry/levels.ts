import { wholeMultiples } from './whole-multiples.ts';

/** The samples of a series scrape after scrape, each value once with for how many scrapes it stands: what repeats costs nothing. Filled anew for each series. */
export class Levels {
  #values = new Float64Array(512);
  /** For how many scrapes; negative where there is no sample for so many. */
  #lengths = new Int32Array(512);
  #wholes = new Float64Array(512);
  #first = 0;
  #count = 0;
  #scrapes = 0;

  /** The scrape of the first one. */
  get first(): number {
    return this.#first;
  }

  /** How many there are, gaps among them. */
  get count(): number {
    return this.#count;
  }

  /** For how many scrapes all of them stand together. */
  get scrapes(): number {
    return this.#scrapes;
  }

  /** Begins anew at a scrape. */
  begin(first: number): void {
    this.#first = first;
    this.#count = 0;
    this.#scrapes = 0;
  }

  /** The value stands for so many scrapes more. */
  add(value: number, scrapes: number): void {
    this.#scrapes += scrapes;
    const last = this.#count - 1;
    const length = last < 0 ? -1 : (this.#lengths[last] as number);
    if (length > 0 && Object.is(this.#values[last], value)) this.#lengths[last] = length + scrapes;
    else this.#push(value, scrapes);
  }

  /** There is no sample for so many scrapes. */
  addGap(scrapes: number): void {
    this.#scrapes += scrapes;
    this.#push(0, -scrapes);
  }

  isGap(index: number): boolean {
    return (this.#lengths[index] as number) < 0;
  }

  valueOf(index: number): number {
    return this.#values[index] as number;
  }

  /** For how many scrapes it stands. */
  lengthOf(index: number): number {
    return Math.abs(this.#lengths[index] as number);
  }

  /** Whether both are the same samples at the same scrapes. */
  equals(other: Levels): boolean {
    if (this.#count !== other.#count || this.#first !== other.#first || this.#scrapes !== other.#scrapes) return false;
    for (let i = 0; i < this.#count; i++) if (!Object.is(this.#values[i], other.#values[i]) || this.#lengths[i] !== other.#lengths[i]) return false;
    return true;
  }

  /** With how many decimal places all values are whole multiples, which `wholeOf` then gives; -1 where they are not. */
  decimals(): number {
    return wholeMultiples(this.#values, { base: 0, count: this.#count }, this.#wholes);
  }

  wholeOf(index: number): number {
    return this.#wholes[index] as number;
  }

  #push(value: number, length: number): void {
    if (this.#count === this.#values.length) this.#grow();
    this.#values[this.#count] = value;
    this.#lengths[this.#count++] = length;
  }

  #grow(): void {
    const size = 2 * this.#count;
    const [values, lengths] = [new Float64Array(size), new Int32Array(size)];
    values.set(this.#values);
    lengths.set(this.#lengths);
    [this.#values, this.#lengths, this.#wholes] = [values, lengths, new Float64Array(size)];
  }
}
