import type { Random } from '../../src/kernel/random.ts';
import { hotShareOf, type LoadSpec } from '../clusters/contract.ts';

/** Keys that there are: `key-000000` to `key-999999`, in this order. */
const allKeys = 1_000_000;
/** How many of the most popular keys are ranked; the rest is drawn evenly, as the twin's clients do. */
const rankedKeys = 2_000;
/** A hot spot is this many neighbours: they lie in one region. */
const hotKeys = 8;

/** The key at this place of the key space, 0 to 1. */
export function keyAt(place: number): Buffer {
  const index = Math.min(allKeys - 1, Math.max(0, Math.floor(place * allKeys)));
  return Buffer.from(`key-${String(index).padStart(6, '0')}`);
}

/** The keys that part the key space into so many even ranges, for a database that is told where to split. */
export function splitKeys(ranges: number): Buffer[] {
  return Array.from({ length: Math.max(0, ranges - 1) }, (_, i) => keyAt((i + 1) / ranges));
}

/** Draws keys as the load asks for them. Zipf's law with exponent 1: the k-th key draws a share of 1/k, and lies at a random place. */
export class KeyDraw {
  readonly #random: Random;
  readonly #shares: Float64Array;
  readonly #places: Float64Array;

  constructor(random: Random) {
    this.#random = random.fork('keys');
    const placing = random.fork('places');
    this.#places = Float64Array.from({ length: rankedKeys }, () => placing.unit());
    this.#shares = cumulativeShares();
  }

  /** The next key of a read or a write. */
  next(load: Pick<LoadSpec, 'keys' | 'hot'>, of: 'reads' | 'writes'): Buffer {
    const { hot } = load;
    if (hot && this.#random.chance(hotShareOf(load, of))) return keyAt(hot.at + this.#random.below(hotKeys) / allKeys);
    return keyAt(load.keys === 'uniform' ? this.#random.unit() : this.#ranked());
  }

  #ranked(): number {
    const drawn = this.#random.unit();
    let [low, high] = [0, rankedKeys];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#shares[middle] ?? 1) <= drawn) low = middle + 1;
      else high = middle;
    }
    return low < rankedKeys ? (this.#places[low] ?? 0) : this.#random.unit();
  }
}

function cumulativeShares(): Float64Array {
  let total = 0;
  for (let rank = allKeys; rank >= 1; rank--) total += 1 / rank;
  const shares = new Float64Array(rankedKeys);
  let sum = 0;
  for (let rank = 1; rank <= rankedKeys; rank++) shares[rank - 1] = sum += 1 / rank / total;
  return shares;
}
