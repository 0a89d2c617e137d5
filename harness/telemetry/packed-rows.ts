import { chunkSize, type ChunkStore } from './chunks.ts';
import type { FloatPool } from './columns.ts';
import type { Levels } from './levels.ts';

/** A buffer for samples that are looked at once: each reading overwrites the one before. */
export class SampleScratch {
  #values = new Float64Array(512);

  /** Room for so many values. */
  take(count: number): Float64Array {
    if (count > this.#values.length) this.#values = new Float64Array(count * 2);
    return this.#values;
  }
}

const noChunks: readonly number[] = [];
const noTail: Float64Array = new Float64Array(0);
const noneFalls: readonly boolean[] = [];
const oneChunk = new Float64Array(chunkSize);

/** Where numbers are kept. */
export interface RowMemory {
  readonly pool: FloatPool;
  readonly chunks: ChunkStore;
}

/** The values of series that grow together, row by row: full chunks of each column are packed, the newest rows lie as they are. */
export class PackedRows {
  readonly #memory: RowMemory;
  readonly #expected: number;
  #width = 1;
  /** Addresses, chunk by chunk one for each column. */
  #chunks = noChunks;
  /** Row after row. */
  #tail: Float64Array = noTail;
  #base = 0;
  /** How many rows the tail has room for, and how many it holds. */
  #capacity = 0;
  #used = 0;
  #falls = noneFalls;

  constructor(memory: RowMemory, expected = chunkSize) {
    this.#memory = memory;
    this.#expected = Math.min(chunkSize, Math.max(1, expected));
  }

  /** How many columns there are. */
  get width(): number {
    return this.#width;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#packed + this.#used;
  }

  /** One more column, with the values of another so far; says which one it is. */
  addColumn(like: number): number {
    const width = this.#width;
    this.#chunks = this.#chunks.flatMap((address, i) => (i % width === width - 1 ? [address, this.#chunks[i - width + 1 + like] as number] : [address]));
    if (this.#capacity > 0) {
      const { slab, base } = this.#memory.pool.take(this.#capacity * (width + 1));
      // All of them: behind those in use may be the last one that was packed.
      for (let row = 0; row < this.#capacity; row++) {
        for (let column = 0; column <= width; column++) slab[base + row * (width + 1) + column] = this.#tail[this.#base + row * width + (column === width ? like : column)] as number;
      }
      [this.#tail, this.#base] = [slab, base];
    }
    if (this.falls(like)) this.#noteFall(width);
    return this.#width++;
  }

  /** Whether a value of a column may be lower than the one before it; `false` is certain. */
  falls(column: number): boolean {
    return this.#falls[column] ?? this.#fallsInTail(column);
  }

  /** Adds a row. It is not compared with the one before: most are never asked whether they fall. */
  push(row: Float64Array): void {
    if (this.#used === this.#capacity) this.#makeRoom();
    if (this.#used === 0) this.#compareWithPacked(row);
    const [tail, width] = [this.#tail, this.#width];
    const at = this.#base + this.#used++ * width;
    for (let column = 0; column < width; column++) tail[at + column] = row[column] as number;
  }

  /** The newest value of a column. */
  last(column: number): number {
    return this.#tail[this.#newest + column] as number;
  }

  /** The newest row so many times more. */
  repeat(times: number): void {
    const width = this.#width;
    for (let left = times; left > 0; left--) {
      const [from, newest] = [this.#tail, this.#newest];
      if (this.#used === this.#capacity) this.#makeRoom();
      const [tail, at] = [this.#tail, this.#base + this.#used++ * width];
      for (let column = 0; column < width; column++) tail[at + column] = from[newest + column] as number;
    }
  }

  /** Puts another row in the place of the newest. */
  replaceLast(row: Float64Array): void {
    if (this.#used === 1) this.#compareWithPacked(row);
    this.#tail.set(row.length === this.#width ? row : row.subarray(0, this.#width), this.#newest);
  }

  /** Takes the newest row back: only once after each `push`. */
  dropLast(): void {
    this.#used--;
  }

  /** The values of a column `from` up to but not including `to`: a copy, good until the scratch is used again. Behind the newest value it goes on. */
  read(column: number, { from, to }: { readonly from: number; readonly to: number }, scratch?: SampleScratch): Float64Array {
    const buffer = scratch?.take(to - from) ?? new Float64Array(to - from);
    const [width, packed, tail] = [this.#width, this.#packed, this.#tail];
    if (from < packed) this.#memory.chunks.read({ addresses: this.#chunks, width, column }, { from, to: Math.min(to, packed) }, buffer);
    const written = Math.min(to, packed + this.#used);
    let at = Math.max(from, packed);
    for (let place = this.#base + (at - packed) * width + column; at < written; at++, place += width) buffer[at - from] = tail[place] as number;
    if (to > written) buffer.fill(this.last(column), Math.max(0, written - from), to - from);
    return buffer;
  }

  /** Adds the first `count` values of a column to levels. Behind the newest value it goes on. */
  levels(column: number, count: number, levels: Levels): void {
    const width = this.#width;
    for (let i = column; i < this.#chunks.length; i += width) this.#memory.chunks.levels(this.#chunks[i] as number, levels);
    for (let row = 0; row < this.#used; row++) levels.add(this.#tail[this.#base + row * width + column] as number, 1);
    if (count > this.count) levels.add(this.last(column), count - this.count);
  }

  /** How many rows are packed. */
  get #packed(): number {
    return (this.#chunks.length / this.#width) * chunkSize;
  }

  /** Where the newest row begins. */
  get #newest(): number {
    return this.#base + (this.#used - 1) * this.#width;
  }

  #fallsInTail(column: number): boolean {
    const [tail, width] = [this.#tail, this.#width];
    const end = this.#base + this.#used * width;
    for (let at = this.#base + column + width; at < end; at += width) if ((tail[at] as number) < (tail[at - width] as number)) return true;
    return false;
  }

  /** Notes which values of the first row of a tail are lower than those before. The last row that was packed stays at the tail's end until it is full again. */
  #compareWithPacked(row: Float64Array): void {
    if (this.#chunks.length === 0) return;
    const [tail, width] = [this.#tail, this.#width];
    const packed = this.#base + (chunkSize - 1) * width;
    for (let column = 0; column < width; column++) if ((row[column] as number) < (tail[packed + column] as number)) this.#noteFall(column);
  }

  #noteFall(column: number): void {
    if (this.#falls[column]) return;
    const falls = this.#falls.slice();
    falls[column] = true;
    this.#falls = falls;
  }

  /** A full tail is packed; a short one, made for fewer rows than came, is exchanged for a full-sized one. */
  #makeRoom(): void {
    if (this.#used === chunkSize) {
      this.#pack();
      return;
    }
    const capacity = this.#capacity === 0 ? this.#expected : chunkSize;
    const { slab, base } = this.#memory.pool.take(capacity * this.#width);
    slab.set(this.#tail.subarray(this.#base, this.#base + this.#used * this.#width), base);
    [this.#tail, this.#base, this.#capacity] = [slab, base, capacity];
  }

  #pack(): void {
    const [tail, width, addresses] = [this.#tail, this.#width, this.#chunks.slice()];
    for (let column = 0; column < width; column++) {
      if (this.falls(column)) this.#noteFall(column);
      for (let row = 0, at = this.#base + column; row < chunkSize; row++, at += width) oneChunk[row] = tail[at] as number;
      addresses.push(this.#memory.chunks.write(oneChunk, 0));
    }
    this.#chunks = addresses;
    this.#used = 0;
  }
}
