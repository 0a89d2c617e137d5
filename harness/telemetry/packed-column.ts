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

/** The values of a series: full chunks are packed, the newest values lie as they are. */
export class PackedColumn {
  readonly #pool: FloatPool;
  readonly #store: ChunkStore;
  readonly #expected: number;
  #chunks = noChunks;
  #tail: Float64Array = noTail;
  #base = 0;
  #capacity = 0;
  /** How many values the tail holds. */
  #used = 0;
  #falls = false;

  constructor({ pool, chunks }: { readonly pool: FloatPool; readonly chunks: ChunkStore }, expected = chunkSize) {
    this.#pool = pool;
    this.#store = chunks;
    this.#expected = Math.min(chunkSize, Math.max(1, expected));
  }

  /** The same values once more, to go on otherwise. */
  copy(): PackedColumn {
    const copy = new PackedColumn({ pool: this.#pool, chunks: this.#store }, this.#expected);
    copy.#chunks = this.#chunks;
    copy.#falls = this.#falls;
    copy.#makeTail(this.#capacity, this);
    return copy;
  }

  /** How many values there are. */
  get count(): number {
    return this.#chunks.length * chunkSize + this.#used;
  }

  /** Whether a value may be lower than the one before it; `false` is certain. */
  get falls(): boolean {
    return this.#falls;
  }

  push(value: number): void {
    if (this.#used === 0) this.#falls ||= this.#chunks.length > 0;
    else if (value < (this.#tail[this.#base + this.#used - 1] as number)) this.#falls = true;
    if (this.#used === this.#capacity) this.#makeRoom();
    this.#tail[this.#base + this.#used++] = value;
  }

  /** The newest value. */
  get last(): number {
    return this.#tail[this.#base + this.#used - 1] as number;
  }

  /** The newest value so many times more. */
  repeat(times: number): void {
    const { last } = this;
    for (let left = times; left > 0; ) {
      if (this.#used === this.#capacity) this.#makeRoom();
      const now = Math.min(left, this.#capacity - this.#used);
      for (let i = 0; i < now; i++) this.#tail[this.#base + this.#used++] = last;
      left -= now;
    }
  }

  /** Puts another value in the place of the newest. */
  replaceLast(value: number): void {
    const last = this.#base + this.#used - 1;
    if (value < (this.#tail[last] as number)) this.#falls = true;
    this.#tail[last] = value;
  }

  /** Takes the newest value back: only once after each `push`. */
  dropLast(): void {
    this.#used--;
  }

  /** The values `from` up to but not including `to`: a copy, good until the scratch is used again. Behind the newest value it goes on. */
  read(from: number, to: number, scratch?: SampleScratch): Float64Array {
    const buffer = scratch?.take(to - from) ?? new Float64Array(to - from);
    const packed = this.#chunks.length * chunkSize;
    if (from < packed) this.#store.read(this.#chunks, { from, to: Math.min(to, packed) }, buffer);
    const written = Math.min(to, packed + this.#used);
    for (let at = Math.max(from, packed); at < written; at++) buffer[at - from] = this.#tail[this.#base + at - packed] as number;
    if (to > written) buffer.fill(this.last, Math.max(0, written - from), to - from);
    return buffer;
  }

  /** Adds the first `count` values to levels. Behind the newest value it goes on. */
  levels(count: number, levels: Levels): void {
    for (const address of this.#chunks) this.#store.levels(address, levels);
    for (let i = 0; i < this.#used; i++) levels.add(this.#tail[this.#base + i] as number, 1);
    if (count > this.count) levels.add(this.last, count - this.count);
  }

  /** A full tail is packed; a short one, made for fewer values than came, is exchanged for a full-sized one. */
  #makeRoom(): void {
    if (this.#used === chunkSize) {
      this.#chunks = this.#chunks.concat(this.#store.write(this.#tail, this.#base));
      this.#used = 0;
    } else this.#makeTail(this.#capacity === 0 ? this.#expected : chunkSize, this);
  }

  /** A tail of this size, with the values of another. */
  #makeTail(capacity: number, from: PackedColumn): void {
    const { slab, base } = this.#pool.take(capacity);
    slab.set(from.#tail.subarray(from.#base, from.#base + from.#used), base);
    this.#used = from.#used;
    this.#tail = slab;
    this.#base = base;
    this.#capacity = capacity;
  }
}
