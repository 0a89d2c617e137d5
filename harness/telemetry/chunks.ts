import type { Levels } from './levels.ts';
import { scales, wholeMultiples } from './whole-multiples.ts';

/** How many values of a series are packed together. */
export const chunkSize = 32;

/** One large buffer, seen as every kind of number that is kept in it. */
interface Slab {
  readonly floats: Float64Array;
  readonly words: Int32Array;
  readonly shorts: Int16Array;
  readonly bytes: Int8Array;
  /** In units of eight bytes. */
  used: number;
}

/** The largest slab; the first is much smaller, since most stores hold a run of some minutes. */
const slabUnits = 1 << 16;
const firstSlabUnits = 1 << 12;

/** How the values after the first are kept: not at all, as differences of one, two or four bytes, or as they are. */
const kinds = { constant: 0, byte: 1, short: 2, word: 3, plain: 4 };
/** Units that a chunk takes: the first value, one byte that says how to read the others, and those. */
const unitsOf: readonly number[] = [2, 5, 9, 17, 33];

/** A column of several that were packed together: their addresses, chunk by chunk. */
export interface ChunkedColumn {
  readonly addresses: readonly number[];
  readonly width: number;
  readonly column: number;
}

/**
 * Packs full chunks of values, each on its own, into large buffers. What is read back is what was written, bit for bit
 * (but for the payload of a NaN); a counter that grows by small steps takes ten bits a value.
 */
export class ChunkStore {
  readonly #slabs: Slab[] = [];
  /** How large all slabs are together. */
  #units = 0;
  readonly #whole = new Float64Array(chunkSize);

  /** Packs the {@link chunkSize} values from `base` on; gives the address to read them from. */
  write(values: Float64Array, base: number): number {
    const scale = this.#scaleOf(values, base);
    const kind = scale < 0 ? kinds.plain : kindOf(this.#whole);
    const slab = this.#slabFor(unitsOf[kind] as number);
    const unit = slab.used;
    slab.used += unitsOf[kind] as number;
    slab.bytes[unit * 8 + 8] = kind + 8 * Math.max(scale, 0);
    if (kind === kinds.plain) {
      slab.floats[unit] = values[base] as number;
      for (let i = 1; i < chunkSize; i++) slab.floats[unit + 1 + i] = values[base + i] as number;
    } else this.#writeDifferences(slab, unit, kind);
    return (this.#slabs.length - 1) * slabUnits + unit;
  }

  /** Unpacks the values `from` up to but not including `to` of a column into the beginning of `values`. */
  read({ addresses, width, column }: ChunkedColumn, { from, to }: { readonly from: number; readonly to: number }, values: Float64Array): void {
    for (let chunk = Math.floor(from / chunkSize); chunk * chunkSize < to; chunk++) {
      const address = addresses[chunk * width + column] as number;
      const slab = this.#slabs[Math.floor(address / slabUnits)] as Slab;
      // Where the chunk's first value would lie; before the beginning, where it is not asked for.
      const base = chunk * chunkSize - from;
      unpack(slab, address % slabUnits, { values, base, first: Math.max(0, -base), end: Math.min(chunkSize, to - chunk * chunkSize) });
    }
  }

  /** Adds the values of a packed chunk to levels. */
  levels(address: number, levels: Levels): void {
    const { floats, words, shorts, bytes } = this.#slabs[Math.floor(address / slabUnits)] as Slab;
    const unit = address % slabUnits;
    const told = bytes[unit * 8 + 8] as number;
    const kind = told & 7;
    if (kind === kinds.plain) {
      for (let i = 0; i < chunkSize; i++) levels.add(floats[i === 0 ? unit : unit + 1 + i] as number, 1);
      return;
    }
    const scale = scales[told >> 3] as number;
    const whole = floats[unit] as number;
    if (kind === kinds.constant) levels.add(whole / scale, chunkSize);
    else addLevels(kind === kinds.byte ? bytes : kind === kinds.short ? shorts : words, firstDifference(unit, kind) - 1, { whole, scale, levels });
  }

  /** The index of the first scale in whose multiples all values are whole, or -1; leaves the multiples in `#whole`. */
  #scaleOf(values: Float64Array, base: number): number {
    const scale = wholeMultiples(values, { base, count: chunkSize }, this.#whole);
    return scale >= 0 && widestDifference(this.#whole) <= 0x7fff_ffff ? scale : -1;
  }

  #writeDifferences(slab: Slab, unit: number, kind: number): void {
    slab.floats[unit] = this.#whole[0] as number;
    if (kind === kinds.constant) return;
    const differences = kind === kinds.byte ? slab.bytes : kind === kinds.short ? slab.shorts : slab.words;
    const at = firstDifference(unit, kind);
    for (let i = 1; i < chunkSize; i++) differences[at + i - 1] = (this.#whole[i] as number) - (this.#whole[i - 1] as number);
  }

  #slabFor(units: number): Slab {
    let slab = this.#slabs.at(-1);
    if (!slab || slab.used + units > slab.floats.length) {
      // A quarter of what there is, so that no more than that lies idle.
      const size = Math.min(slabUnits, Math.max(firstSlabUnits, Math.ceil(this.#units / 4)));
      const buffer = new ArrayBuffer(8 * size);
      this.#units += size;
      slab = { floats: new Float64Array(buffer), words: new Int32Array(buffer), shorts: new Int16Array(buffer), bytes: new Int8Array(buffer), used: 0 };
      this.#slabs.push(slab);
    }
    return slab;
  }
}

interface Unpacked {
  readonly values: Float64Array;
  readonly base: number;
  readonly first: number;
  readonly end: number;
}

function unpack({ floats, words, shorts, bytes }: Slab, unit: number, { values, base, first, end }: Unpacked): void {
  const told = bytes[unit * 8 + 8] as number;
  const kind = told & 7;
  if (kind === kinds.plain) {
    for (let i = first; i < end; i++) values[base + i] = floats[i === 0 ? unit : unit + 1 + i] as number;
    return;
  }
  const scale = scales[told >> 3] as number;
  const whole = floats[unit] as number;
  if (first === 0) values[base] = whole / scale;
  const at = firstDifference(unit, kind) - 1;
  if (kind === kinds.constant) values.fill(whole / scale, base + first, base + end);
  else if (kind === kinds.byte) addUpBytes(bytes, at, { values, base, first, end, whole, scale });
  else addUp(kind === kinds.short ? shorts : words, at, { values, base, first, end, whole, scale });
}

interface Summed extends Unpacked {
  readonly whole: number;
  readonly scale: number;
}

/** By far the commonest kind has a loop of its own. */
function addUpBytes(differences: Int8Array, at: number, { values, base, first, end, whole, scale }: Summed): void {
  let sum = whole;
  let i = 1;
  for (; i < first; i++) sum += differences[at + i] as number;
  if (scale === 1) {
    for (; i < end; i++) values[base + i] = sum += differences[at + i] as number;
  } else {
    for (; i < end; i++) values[base + i] = (sum += differences[at + i] as number) / scale;
  }
}

function addUp(differences: Int16Array | Int32Array, at: number, { values, base, first, end, whole, scale }: Summed): void {
  let sum = whole;
  let i = 1;
  for (; i < first; i++) sum += differences[at + i] as number;
  for (; i < end; i++) values[base + i] = (sum += differences[at + i] as number) / scale;
}

interface Levelled {
  readonly whole: number;
  readonly scale: number;
  readonly levels: Levels;
}

/** Where nothing is added to the value before, it goes on. */
function addLevels(differences: Int8Array | Int16Array | Int32Array, at: number, { whole, scale, levels }: Levelled): void {
  let sum = whole;
  let length = 1;
  for (let i = 1; i < chunkSize; i++) {
    const difference = differences[at + i] as number;
    if (difference === 0) length++;
    else {
      levels.add(sum / scale, length);
      sum += difference;
      length = 1;
    }
  }
  levels.add(sum / scale, length);
}

function kindOf(whole: Float64Array): number {
  const widest = widestDifference(whole);
  if (widest === 0) return kinds.constant;
  return widest <= 0x7f ? kinds.byte : widest <= 0x7fff ? kinds.short : kinds.word;
}

function widestDifference(whole: Float64Array): number {
  let widest = 0;
  for (let i = 1; i < chunkSize; i++) widest = Math.max(widest, Math.abs((whole[i] as number) - (whole[i - 1] as number)));
  return widest;
}

/** Where the differences begin, in elements of their own size: right after the byte that says what they are, aligned. */
const firstDifference = (unit: number, kind: number): number => (kind === kinds.byte ? unit * 8 + 9 : kind === kinds.short ? unit * 4 + 5 : unit * 2 + 3);
