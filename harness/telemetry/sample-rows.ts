import type { Run, ScrapeTimes } from './columns.ts';
import type { PackedRows } from './packed-rows.ts';

/** Up to which scrape a target's series go on with the values that they have. */
export interface Carry {
  through: number;
}

const one = new Float64Array(1);

/**
 * Which scrapes a series is in, or several that are always in the same ones, and the row of their values at each. Rows are dense;
 * a series that pauses has several runs. A carried series goes on with its newest value, and nothing is written until that changes.
 */
export class SampleRows {
  /** How many series these are the samples of. */
  readonly series: number;
  #times: ScrapeTimes;
  #rows: PackedRows;
  #firstScrape = -1;
  /** The runs after the first: scrape index and offset of the first row, in turn. Most series never pause. */
  #laterRuns: number[] | undefined;
  /** The newest scrape that was written. */
  #lastWritten = -2;
  #carry: Carry | undefined;

  constructor(times: ScrapeTimes, rows: PackedRows, series: number) {
    this.#times = times;
    this.#rows = rows;
    this.series = series;
  }

  get times(): ScrapeTimes {
    return this.#times;
  }

  /** The values. */
  get values(): PackedRows {
    return this.#rows;
  }

  /** The first scrape; negative where there is none at all. */
  get firstScrape(): number {
    return this.#firstScrape;
  }

  /** Whether it pauses anywhere. */
  get pauses(): boolean {
    return this.#laterRuns !== undefined;
  }

  /** How many rows there are, the carried ones too. */
  get count(): number {
    return this.#rows.count + this.#lastScrape - this.#lastWritten;
  }

  /** Whether a scrape has it. */
  isIn(scrape: number): boolean {
    return this.#lastScrape === scrape;
  }

  /** From now on it goes on by itself. */
  carryOn(carry: Carry): void {
    this.#carry = carry;
  }

  /** It goes on no more; what was carried so far stays, up to a scrape. True where it did. */
  carryNoMore(through = Infinity): boolean {
    if (!this.#carry) return false;
    this.#fill(Math.min(through, this.#carry.through));
    this.#carry = undefined;
    return true;
  }

  /** Writes the sample of a scrape, where there is one column. */
  set(scrape: number, value: number): 'again' | 'first' | 'begins' {
    one[0] = value;
    return this.setRow(scrape, one);
  }

  /** Writes the row of a scrape; says whether it is the first one of that scrape, and whether a run begins with it. */
  setRow(scrape: number, row: Float64Array): 'again' | 'first' | 'begins' {
    const through = this.#carry === undefined ? -2 : this.#carry.through;
    const carried = through >= scrape;
    const behind = carried ? scrape - 1 : through;
    if (behind > this.#lastWritten) this.#fill(behind);
    if (this.#lastWritten === scrape) {
      this.#rows.replaceLast(row);
      return 'again';
    }
    const begins = this.#lastWritten !== scrape - 1;
    if (begins) this.#startRun(scrape);
    this.#rows.push(row);
    this.#lastWritten = scrape;
    return carried ? 'again' : begins ? 'begins' : 'first';
  }

  /** Takes the row of the newest scrape back: the scrape failed after all. */
  retract(scrape: number): void {
    if (this.#lastWritten !== scrape) return;
    // Up to the scrape before, all was written.
    this.#carry = undefined;
    if (this.#beganAt(scrape)) {
      if (this.#laterRuns) this.#laterRuns.length -= 2;
      else this.#firstScrape = -1;
      if (this.#laterRuns?.length === 0) this.#laterRuns = undefined;
    }
    this.#rows.dropLast();
    const last = this.runs().at(-1);
    this.#lastWritten = last ? last.scrape + last.length - 1 : -2;
  }

  /** Moves to other memory, without the first so many scrapes. It must not be carried. */
  forget(scrapes: number, times: ScrapeTimes, rows: PackedRows): void {
    const [old, runs] = [this.#rows, this.runs()];
    while (rows.width < old.width) rows.addColumn(0);
    this.#times = times;
    this.#rows = rows;
    this.#firstScrape = -1;
    this.#laterRuns = undefined;
    this.#lastWritten = -2;
    const columns = Array.from({ length: old.width }, (_, column) => old.read(column, { from: 0, to: old.count }));
    for (const { scrape, offset, length } of runs) {
      for (let i = Math.max(0, scrapes - scrape); i < length; i++) this.setRow(scrape + i - scrapes, Float64Array.from(columns, (values) => values[offset + i] as number));
    }
  }

  runs(): Run[] {
    if (this.#firstScrape < 0) return [];
    const [later, count] = [this.#laterRuns, this.count];
    if (!later) return [{ scrape: this.#firstScrape, offset: 0, length: count }];
    const runs: Run[] = [{ scrape: this.#firstScrape, offset: 0, length: later[1] as number }];
    for (let i = 0; i < later.length; i += 2) {
      const offset = later[i + 1] as number;
      runs.push({ scrape: later[i] as number, offset, length: (later[i + 3] ?? count) - offset });
    }
    return runs;
  }

  /** The newest scrape in which it is. */
  get #lastScrape(): number {
    return this.#carry ? Math.max(this.#carry.through, this.#lastWritten) : this.#lastWritten;
  }

  /** Writes what was carried up to a scrape. */
  #fill(through: number): void {
    if (through <= this.#lastWritten) return;
    this.#rows.repeat(through - this.#lastWritten);
    this.#lastWritten = through;
  }

  #beganAt(scrape: number): boolean {
    return (this.#laterRuns?.at(-2) ?? this.#firstScrape) === scrape;
  }

  #startRun(scrape: number): void {
    if (this.#firstScrape < 0) this.#firstScrape = scrape;
    else (this.#laterRuns ??= []).push(scrape, this.#rows.count);
  }
}
